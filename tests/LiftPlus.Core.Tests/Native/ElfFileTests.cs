using LiftPlus.Native;

namespace LiftPlus.Core.Tests.Native;

public sealed class ElfFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void CheckComplete_WholeFile_Passes() => ElfFile.CheckComplete(Write(new SyntheticElf("V_1").Bytes));

    [Fact]
    public void CheckComplete_ThroughALink_LooksAtTheTarget()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "making links needs a right on Windows");
        string link = Path.Combine(_directory.FullName, "link");
        File.CreateSymbolicLink(link, Write(new SyntheticElf("V_1").Bytes));
        ElfFile.CheckComplete(link);
    }

    [Fact]
    public void CheckComplete_CutAnywhere_SaysSo()
    {
        byte[] whole = new SyntheticElf("V_1").Bytes;
        for (int length = 0; length < whole.Length; length++)
        {
            string path = Write(whole.AsSpan(0, length).ToArray());
            var exception = Assert.Throws<BadImageFormatException>(() => ElfFile.CheckComplete(path));
            Assert.Contains($"it ends after {length} bytes", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void CheckComplete_OtherFiles_AreRefused(int offset, byte value)
    {
        byte[] bytes = new SyntheticElf("V_1").Bytes;
        bytes[offset] = value;
        string path = Write(bytes);
        var exception = Assert.Throws<BadImageFormatException>(() => ElfFile.CheckComplete(path));
        Assert.Equal("not a 64-bit little-endian ELF file", exception.Message);
    }

    [Theory]
    [InlineData(0x20)] // where the program headers lie
    [InlineData(SyntheticElf.Headers + 8)] // where the segment lies
    [InlineData(SyntheticElf.Headers + 32)] // how long it is
    public void CheckComplete_HugeNumbers_AreRefused(int offset)
    {
        var elf = new SyntheticElf("V_1");
        elf.U64(offset, ulong.MaxValue);
        string path = Write(elf.Bytes);
        Assert.Throws<BadImageFormatException>(() => ElfFile.CheckComplete(path));
    }

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, "libx.so");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
