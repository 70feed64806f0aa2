using System.Buffers.Binary;
using System.Text;

namespace LiftPlus.Core.Tests.Native;

/// <summary>
/// A minimal ELF64 image: header, one PT_LOAD and one PT_DYNAMIC, string table, and one verneed entry that asks versions of libx.so.
/// File offsets and addresses differ by <see cref="Base"/>, as they do in real libraries.
/// </summary>
internal sealed class SyntheticElf
{
    public const int Base = 0x1000,
        Headers = 64,
        Dynamic = Headers + (2 * 56),
        Needs = Dynamic + (5 * 16);

    public SyntheticElf(params string[] versions)
    {
        var names = Encoding.ASCII.GetBytes("\0libx.so\0" + string.Concat(versions.Select(version => version + "\0")));
        int strings = Needs + 16 + (16 * versions.Length);
        Bytes = new byte[strings + names.Length];
        names.CopyTo(Bytes, strings);

        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(Bytes, 0);
        U64(0x20, Headers);
        U16(0x36, 56);
        U16(0x38, 2);
        ProgramHeader(0, type: 1, offset: 0, Bytes.Length);
        ProgramHeader(1, type: 2, offset: Dynamic, 5 * 16);
        (ulong Tag, int Value)[] dynamic = [(5, Base + strings), (10, names.Length), (0x6ffffffe, Base + Needs), (0x6fffffff, 1), (0, 0)];
        for (int i = 0; i < dynamic.Length; i++)
        {
            U64(Dynamic + (16 * i), dynamic[i].Tag);
            U64(Dynamic + (16 * i) + 8, (ulong)dynamic[i].Value);
        }

        U16(Needs, 1);
        U16(Needs + 2, (ushort)versions.Length);
        U32(Needs + 4, 1);
        U32(Needs + 8, 16);
        int name = "\0libx.so\0".Length;
        for (int i = 0; i < versions.Length; i++)
        {
            U32(Aux(i), Hash(versions[i]));
            U16(Aux(i) + 6, (ushort)(i + 2));
            U32(Aux(i) + 8, (uint)name);
            U32(Aux(i) + 12, i + 1 < versions.Length ? 16u : 0);
            name += versions[i].Length + 1;
        }
    }

    public byte[] Bytes { get; }

    public static int Aux(int i) => Needs + 16 + (16 * i);

    public void U16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(offset), value);

    public void U32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(offset), value);

    public void U64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan(offset), value);

    /// <summary>The System V ABI's hash of a symbol name.</summary>
    public static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char letter in name)
        {
            hash = (hash << 4) + letter;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }

    private void ProgramHeader(int i, uint type, int offset, int size)
    {
        int at = Headers + (56 * i);
        U32(at, type);
        U64(at + 8, (ulong)offset);
        U64(at + 16, (ulong)(Base + offset));
        U64(at + 32, (ulong)size);
    }
}
