using System.Buffers.Binary;
using System.Text;

namespace LiftPlus.GpuCheck;

/// <summary>The dynamic symbols of an ELF64 library.</summary>
internal static class ElfSymbols
{
    private const int SectionSize = 64;
    private const int SymbolSize = 24;
    private const int DynamicSymbols = 11;

    /// <summary>Names that the library expects of others; weak ones, which may be absent, are left out.</summary>
    public static IEnumerable<string> Undefined(byte[] file)
    {
        int sections = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(0x28));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(0x3C));
        for (int section = 0; section < count; section++)
        {
            int at = sections + section * SectionSize;
            if (Int(at + 4) != DynamicSymbols)
                continue;
            int symbols = Long(at + 24);
            int size = Long(at + 32);
            int names = Long(sections + Int(at + 40) * SectionSize + 24);
            for (int symbol = symbols + SymbolSize; symbol < symbols + size; symbol += SymbolSize)
            {
                bool isUndefined = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(symbol + 6)) == 0;
                bool isGlobal = file[symbol + 4] >> 4 == 1;
                if (isUndefined && isGlobal)
                    yield return Text(names + Int(symbol));
            }
        }

        int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
        int Long(int at) => (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
        string Text(int at) => Encoding.ASCII.GetString(file.AsSpan(at, file.AsSpan(at).IndexOf((byte)0)));
    }
}
