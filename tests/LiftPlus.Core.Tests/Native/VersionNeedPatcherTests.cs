using System.Buffers.Binary;
using LiftPlus.Native;

namespace LiftPlus.Core.Tests.Native;

public class VersionNeedPatcherTests
{
    private static readonly Dictionary<string, string> NewToOld = new() { ["NEW_2"] = "OLD_1" };

    [Fact]
    public void Read_ListsLibraryAndVersions()
    {
        var needs = VersionNeedPatcher.Read(new SyntheticElf("OLD_1", "NEW_2").Bytes);
        Assert.Equal(
            [new("libx.so", "OLD_1", SyntheticElf.Aux(0)), new VersionNeedPatcher.VersionNeed("libx.so", "NEW_2", SyntheticElf.Aux(1))],
            needs
        );
    }

    [Fact]
    public void Rename_OverwritesHashAndNameOnly()
    {
        var elf = new SyntheticElf("OLD_1", "OTHER_1", "NEW_2");
        byte[] before = [.. elf.Bytes];

        var renamed = VersionNeedPatcher.Rename(elf.Bytes, NewToOld);

        int entry = SyntheticElf.Aux(2);
        Assert.Equal(["NEW_2"], renamed.Select(need => need.Version));
        Assert.Equal(["OLD_1", "OTHER_1", "OLD_1"], VersionNeedPatcher.Read(elf.Bytes).Select(need => need.Version));
        Assert.Equal(SyntheticElf.Hash("OLD_1"), BinaryPrimitives.ReadUInt32LittleEndian(elf.Bytes.AsSpan(entry)));
        Assert.All(Changed(before, elf.Bytes), offset => Assert.True(offset - entry is (>= 0 and < 4) or (>= 8 and < 12)));
    }

    [Fact]
    public void Rename_WithoutSuchAVersion_ChangesNothing()
    {
        var elf = new SyntheticElf("OLD_1", "OTHER_1");
        byte[] before = [.. elf.Bytes];
        Assert.Empty(VersionNeedPatcher.Rename(elf.Bytes, NewToOld));
        Assert.Equal(before, elf.Bytes);
    }

    [Fact]
    public void Rename_TargetNotInTheTable_FailsAndChangesNothing()
    {
        var elf = new SyntheticElf("OTHER_1", "NEW_2");
        byte[] before = [.. elf.Bytes];
        var exception = Assert.Throws<BadImageFormatException>(() => VersionNeedPatcher.Rename(elf.Bytes, NewToOld));
        Assert.Equal("libx.so: NEW_2 cannot become OLD_1, which is not in the table", exception.Message);
        Assert.Equal(before, elf.Bytes);
    }

    [Fact]
    public void Read_WithoutAVersionTable_IsEmpty()
    {
        var elf = new SyntheticElf("OLD_1");
        elf.U64(SyntheticElf.Dynamic + 32, 0x12345678);
        Assert.Empty(VersionNeedPatcher.Read(elf.Bytes));
    }

    public static TheoryData<string, int, int, ulong, string> Hostile =>
        new()
        {
            // what, offset, width in bytes, value, part of the message
            { "other magic", 0, 1, 0, "not an ELF file" },
            { "32-bit", 4, 1, 1, "ELF class 1" },
            { "big-endian", 5, 1, 2, "data encoding 2" },
            { "program headers outside", 0x20, 8, 0xffff_ffff_ffff_fff0, "program headers" },
            { "odd program header size", 0x36, 2, 8, "program header size 8" },
            { "too many program headers", 0x38, 2, 0xffff, "program headers" },
            { "no program headers", 0x38, 2, 0, "no dynamic section" },
            { "dynamic section outside", SyntheticElf.Headers + 56 + 8, 8, 1 << 30, "dynamic section" },
            { "dynamic section endless", SyntheticElf.Headers + 56 + 32, 8, ulong.MaxValue, "dynamic section" },
            { "no string table", SyntheticElf.Dynamic, 8, 0x12345678, "no string table" },
            { "string table at no address", SyntheticElf.Dynamic + 8, 8, 0xdead_beef, "0xdeadbeef" },
            { "string table too long", SyntheticElf.Dynamic + 24, 8, 1 << 20, "string table" },
            { "string table cut", SyntheticElf.Dynamic + 24, 8, 12, "does not end" },
            { "version table at no address", SyntheticElf.Dynamic + 40, 8, 0, "address 0x0" },
            { "segment outside the file", SyntheticElf.Headers + 8, 8, ulong.MaxValue - 0x10, "outside" },
            { "more libraries than there are", SyntheticElf.Dynamic + 56, 8, ulong.MaxValue, "links to itself" },
            { "more versions than there are", SyntheticElf.Needs + 2, 2, 0xffff, "links to itself" },
            { "first version outside", SyntheticElf.Needs + 8, 4, 0xffff_fff0, "version entry" },
            { "chain to itself", SyntheticElf.Aux(0) + 12, 4, 0, "links to itself" },
            { "chain into itself", SyntheticElf.Aux(0) + 12, 4, 8, "links to itself" },
            { "chain backwards", SyntheticElf.Aux(0) + 12, 4, unchecked((uint)-16), "version entry" },
            { "library name outside", SyntheticElf.Needs + 4, 4, 0x7fff_ffff, "name" },
            { "version name outside", SyntheticElf.Aux(1) + 8, 4, uint.MaxValue, "name" },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Rename_HostileImage_FailsClearlyAndChangesNothing(string what, int offset, int width, ulong value, string message)
    {
        var elf = new SyntheticElf("OLD_1", "NEW_2");
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..width].CopyTo(elf.Bytes.AsSpan(offset));
        byte[] before = [.. elf.Bytes];

        var exception = Assert.Throws<BadImageFormatException>(() => VersionNeedPatcher.Rename(elf.Bytes, NewToOld));

        Assert.True(exception.Message.Contains(message, StringComparison.Ordinal), $"{what}: {exception.Message}");
        Assert.Equal(before, elf.Bytes);
    }

    [Fact]
    public void Rename_TruncatedAnywhere_FailsClearly()
    {
        byte[] whole = new SyntheticElf("OLD_1", "NEW_2").Bytes;
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<BadImageFormatException>(() => VersionNeedPatcher.Rename(whole.AsSpan(0, length).ToArray(), NewToOld));
        }
    }

    [Fact]
    public void Rename_AnyByteWrong_FailsClearlyOrSucceeds()
    {
        byte[] whole = new SyntheticElf("OLD_1", "NEW_2").Bytes;
        for (int offset = 0; offset < whole.Length; offset++)
        {
            foreach (byte value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
            {
                byte[] broken = [.. whole];
                broken[offset] = value;
                var exception = Record.Exception(() => VersionNeedPatcher.Rename(broken, NewToOld));
                Assert.True(exception is null or BadImageFormatException, $"{offset}={value}: {exception}");
            }
        }
    }

    [Fact]
    public void Read_OverlappingEntriesWithoutEnd_StopsAtTheCap()
    {
        // 200 libraries, each claiming every version entry that follows: 200 x 400 in a file of a few kilobytes.
        var elf = new SyntheticElf([.. Enumerable.Repeat("OLD_1", 400)]);
        elf.U64(SyntheticElf.Dynamic + 56, 200);
        for (int i = 0; i < 400; i++)
        {
            elf.U16(SyntheticElf.Aux(i) + 2, 200);
            elf.U32(SyntheticElf.Aux(i) + 4, 1);
            elf.U32(SyntheticElf.Aux(i) + 8, 16);
            elf.U32(SyntheticElf.Aux(i) + 12, 16);
        }
        elf.U16(SyntheticElf.Needs + 2, 200);
        elf.U32(SyntheticElf.Needs + 12, 16);
        var exception = Assert.Throws<BadImageFormatException>(() => VersionNeedPatcher.Read(elf.Bytes));
        Assert.Equal("more than 4096 version entries", exception.Message);
    }

    [Fact]
    public void Rename_TheRealLibrary_ChangesTwoEntriesAndNothingElse()
    {
        const string file = "libLibTorchSharp.so";
        string? directory = NativeDirectories.Find(NativeDirectories.All(), file);
        Assert.SkipUnless(directory is not null, $"{file} is not on this machine (it is a linux-x64 file)");
        byte[] before = File.ReadAllBytes(Path.Combine(directory, file));
        byte[] after = [.. before];

        var renamed = VersionNeedPatcher.Rename(after, LibTorchLoader.Aliases);

        Assert.Equal(["GLIBCXX_3.4.30", "GLIBCXX_3.4.32"], renamed.Select(need => need.Version).Order());
        Assert.All(renamed, need => Assert.Equal("libstdc++.so.6", need.Library));
        var expected = VersionNeedPatcher
            .Read(before)
            .Select(need => need with { Version = LibTorchLoader.Aliases.GetValueOrDefault(need.Version, need.Version) });
        Assert.Equal(expected, VersionNeedPatcher.Read(after));
        Assert.All(Changed(before, after), offset =>
            Assert.Contains(renamed, need => offset - need.Offset is (>= 0 and < 4) or (>= 8 and < 12))
        );
    }

    private static IEnumerable<int> Changed(byte[] before, byte[] after)
    {
        Assert.Equal(before.Length, after.Length);
        return Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]);
    }
}
