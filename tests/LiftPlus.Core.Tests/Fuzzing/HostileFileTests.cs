using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using LiftPlus.Core.Tests.Weights;
using LiftPlus.Weights;

namespace LiftPlus.Core.Tests.Fuzzing;

/// <summary>Files made to run code or to use up time and memory: refused by name, with the place.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "__import__")]
    [InlineData("subprocess", "Popen")]
    public void CallsAreRefusedByNameAndByte(string module, string name)
    {
        string mark = _folder["called"];
        byte[] pickle = PickleBuilder.Start().Op('}').Global(module, name).Text($"touch {mark}").Op(0x85, 'R').Done();
        byte[] legacy = PickleBuilder.Legacy(pickle, true);
        int place = legacy.AsSpan().IndexOf((byte[])[(byte)'c', .. Encoding.ASCII.GetBytes(module + "\n")]);
        Assert.Contains($"byte {place} (value): it calls for '{module}.{name}'", Refused(legacy));
        Assert.Matches($@"byte \d+ \(archive/data.pkl\): it calls for '{module}\.{name}'", Refused(PickleBuilder.Archive(pickle)));
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public void DeepNestingIsRefused()
    {
        PickleBuilder pickle = PickleBuilder.Start();
        for (int i = 0; i < 100_000; i++)
            pickle.Op('}').Text("x");
        pickle.Op('N');
        for (int i = 0; i < 100_000; i++)
            pickle.Op('s');
        Assert.Contains("nested deeper than 32", Refused(PickleBuilder.Archive(pickle.Done())));
    }

    [Fact]
    public void AHugeMemoIsRefused()
    {
        Assert.Matches(
            @"byte \d+ \(archive/data.pkl\): it stores entry 4294967295 of its memo",
            Refused(PickleBuilder.Archive(PickleBuilder.Start().Op('N', 'r', 255, 255, 255, 255).Done()))
        );
        PickleBuilder many = PickleBuilder.Start().Op('N');
        for (int i = 0; i < 300_000; i++)
            many.Op(0x94);
        Assert.Contains("it stores entry 262144 of its memo", Refused(PickleBuilder.Archive(many.Done())));
    }

    [Fact]
    public void EndlessStepsAndTextAreRefused()
    {
        Assert.Contains("more than 1000000 steps", Refused(PickleBuilder.Archive([0x80, 2, .. Enumerable.Repeat((byte)'}', 1_100_000)])));
        PickleBuilder text = PickleBuilder.Start();
        string megabyte = new('x', 1 << 20);
        for (int i = 0; i < 40; i++)
            text.Text(megabyte).Op('0');
        Assert.Contains("of text; this is not a weight file", Refused(PickleBuilder.Archive(text.Done())));
    }

    // Every level holds the one below twice under a long name: the names together would be without bound.
    [Fact]
    public void LongNamesIntoEachOtherAreRefused()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('}', 'q', 0);
        string name = new('x', 900);
        for (int level = 1; level < 30; level++)
            pickle.Op('}', '(').Text(name + "a").Op('h', level - 1).Text(name + "b").Op('h', level - 1).Op('u', 'q', level);
        Assert.Contains("longer than 1000 characters", Refused(PickleBuilder.Archive(pickle.Done())));
    }

    // The two halves of each number are equal, so that .NET's own hash of all of them is 0.
    [Fact]
    public void NumbersThatCollideTakeNoLongerThanOthers()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('}', '(');
        for (long i = 0; i < 150_000; i++)
            pickle.Number(i << 32 | i).Op('N');
        byte[] file = PickleBuilder.Archive(pickle.Op('u').Done());
        long start = Stopwatch.GetTimestamp();
        Assert.Contains("no named tensor", Refused(file));
        // That would take minutes.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "150,000 keys are compared with each other");
    }

    [Fact]
    public void AZipBombIsRefused()
    {
        byte[] bomb = PickleBuilder.Archive(new byte[50_000_000], CompressionLevel.Optimal, []);
        Assert.InRange(bomb.Length, 1, 100_000);
        Assert.Contains("compressed or encrypted", Refused(bomb));
    }

    [Theory]
    [InlineData("[0,4611686018427387904,4611686018427387904]")]
    [InlineData("[4611686018427387904,4611686018427387904,0]")]
    public void AnEmptyTensorOfEndlessAxesIsRefused(string shape)
    {
        byte[] header = Encoding.UTF8.GetBytes($$$"""{"a":{"dtype":"F32","shape":{{{shape}}},"data_offsets":[0,0]}}""");
        Assert.Contains("too large to exist", Refused([.. BitConverter.GetBytes((long)header.Length), .. header]));
        const long huge = 1L << 62;
        byte[] pickle = PickleBuilder.Start().Op('}').Text("a").Tensor("0", 1, 0, [0, huge, huge], [1, 1, 1]).Op('s').Done();
        Assert.Contains("fits its storage", Refused(PickleBuilder.Archive(pickle, ("0", [1]))));
    }

    private string Refused(byte[] content)
    {
        string path = _folder.Write("hostile", content);
        string message = Assert.Throws<WeightFileException>(() => WeightFile.Open(path).Dispose()).Message;
        Assert.Contains(path, message);
        Assert.InRange(message.Length, 20, 5000);
        return message;
    }
}
