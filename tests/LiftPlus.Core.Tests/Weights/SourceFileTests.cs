using LiftPlus.Files;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Weights;

public sealed class SourceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BytesOfTheWindowAndBeyondItAreThoseOfTheFile()
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        using SourceFile file = new(_folder.Write("f", content));
        foreach (
            (int offset, int count) in new[] { (0, 8), (65_530, 12), (3, 5), (100, 200_000), (299_999, 1), (65_536, 65_536), (300_000, 0) }
        )
            Assert.True(file.Bytes(offset, count).SequenceEqual(content.AsSpan(offset, count)), $"{count} bytes at {offset}");
        Assert.Contains("outside the file", Assert.Throws<WeightFileException>(() => file.Bytes(299_999, 2).Length).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFileThatChangesAfterItWasOpenedIsAnError(bool isTruncated)
    {
        using Tensor values = ones(100_000);
        Safetensors.Write(_folder["s"], [new("x", values)]);
        using Safetensors source = Safetensors.Open(_folder["s"]);
        using (FileStream writer = new(_folder["s"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            if (isTruncated)
                writer.SetLength(1000);
            else
                writer.Write(new byte[16]);
        }

        Assert.Contains("was written to", Assert.Throws<WeightFileException>(() => source.Read("x")).Message);
    }

    [Fact]
    public void AFileThatIsReplacedByAnotherStaysReadable()
    {
        using Tensor old = ones(3),
            present = zeros(3);
        Safetensors.Write(_folder["s"], [new("x", old)]);
        using Safetensors source = Safetensors.Open(_folder["s"]);
        Safetensors.Write(_folder["s"], [new("x", present)]);
        using Tensor read = source.Read("x");
        Assert.Equal(3, read.sum().item<float>());
    }

    [Fact]
    public void AFifoIsRefusedAndNotWaitedFor()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using (var made = System.Diagnostics.Process.Start("mkfifo", _folder["fifo"]))
            made.WaitForExit();
        Assert.Contains("FIFO", Assert.Throws<WeightFileException>(() => WeightFile.Open(_folder["fifo"])).Message);
        Assert.Contains("character device", Assert.Throws<WeightFileException>(() => WeightFile.Open("/dev/zero")).Message);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Int64)]
    public void ALargeTensorIsCopiedInPartsIntoAnyTypeAndLayout(ScalarType stored)
    {
        const long rows = 3_000,
            columns = 3_001; // several parts
        using Tensor values = randint(-1000, 1000, [rows, columns], dtype: stored);
        Safetensors.Write(_folder["s"], [new("x", values)]);
        using Safetensors source = Safetensors.Open(_folder["s"]);
        using Tensor same = empty([rows, columns], dtype: stored),
            converted = empty([rows, columns], dtype: float64),
            transposed = empty([columns, rows], dtype: float32),
            view = transposed.t();
        foreach (Tensor target in new[] { same, converted, view })
        {
            source.CopyTo("x", target);
            using Tensor expected = values.to(float64),
                found = target.to(float64);
            Assert.True(expected.Equals(found));
        }
    }

    [Fact]
    public void AScalarAndATensorWithoutElementsAreCopied()
    {
        using Tensor one = tensor(7L),
            none = empty(0, 4);
        Safetensors.Write(_folder["s"], [new("one", one), new("none", none)]);
        using Safetensors source = Safetensors.Open(_folder["s"]);
        using Tensor number = zeros([], dtype: float32),
            nothing = empty(0, 4, dtype: float16);
        source.CopyTo("one", number);
        source.CopyTo("none", nothing);
        Assert.Equal(7, number.item<float>());
    }
}
