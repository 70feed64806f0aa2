using System.Buffers.Binary;
using System.Text;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private static readonly Scalar s_hundred = TensorMath.Hold(100);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ScalarType> Types =>
        [
            ScalarType.Float64,
            ScalarType.Float32,
            ScalarType.Float16,
            ScalarType.BFloat16,
            ScalarType.Int64,
            ScalarType.Int32,
            ScalarType.Int16,
            ScalarType.Int8,
            ScalarType.Byte,
            ScalarType.Bool,
        ];

    [Theory]
    [MemberData(nameof(Types))]
    public void WhatIsWrittenIsReadBack(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        string path = _folder["t.safetensors"];
        Tensor matrix = rand(6).mul(s_hundred).view(2, 3).to(type),
            scalar = ones(dtype: type, size: []),
            none = empty(0, 4).to(type);
        Safetensors.Write(
            path,
            Named(("m", matrix), ("t", matrix.t()), ("s", scalar), ("n", none)),
            new Dictionary<string, string> { ["origin"] = "tést" }
        );

        using Safetensors file = Safetensors.Open(path);
        Assert.Equal(new TensorInfo(type, [3, 2]).ToString(), file.Tensors["t"].ToString());
        Assert.Equal("tést", file.Metadata["origin"]);
        AssertSame(matrix, file.Read("m"));
        AssertSame(matrix.t(), file.Read("t"));
        AssertSame(scalar, file.Read("s"));
        AssertSame(none, file.Read("n"));
        Assert.Equal(["t.safetensors"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void AReadTensorOutlivesItsFile()
    {
        string path = Write("x", tensor(new float[] { 0, 1, 2, 3, 4 }));
        Tensor read;
        using (Safetensors file = Safetensors.Open(path))
            read = file.Read("x");
        Assert.Equal(4f, read[4].item<float>());
        read.Dispose();
    }

    [Fact]
    public void AnExistingFileIsReplacedWhole()
    {
        Write("x", zeros(100));
        string path = Write("y", ones(3));
        using Safetensors file = Safetensors.Open(path);
        Assert.Equal(["y"], file.Tensors.Keys);
    }

    [Fact]
    public void WritingTwoTensorsOfOneNameFails()
    {
        using Tensor x = zeros(1);
        LiftPlusException e = Assert.Throws<WeightFileException>(() => Safetensors.Write(_folder["t"], Named(("a", x), ("a", x))));
        Assert.Contains("'a' is reserved or given twice", e.Message);
        Assert.Throws<WeightFileException>(() => Safetensors.Write(_folder["t"], Named(("__metadata__", x))));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void WritingIntoAMissingFolderNamesTheFile()
    {
        using Tensor x = zeros(1);
        string path = Path.Combine(_folder.Path, "absent", "t.safetensors");
        Assert.Contains(path, Assert.Throws<WeightFileException>(() => Safetensors.Write(path, Named(("a", x)))).Message);
    }

    [Fact]
    public void AMissingFileAndAMissingTensorAreNamed()
    {
        Assert.Contains("the file does not exist", Assert.Throws<WeightFileException>(() => Safetensors.Open(_folder["none"])).Message);
        Assert.Contains(_folder.Path, Assert.Throws<WeightFileException>(() => Safetensors.Open(_folder.Path)).Message);
        using Safetensors file = Safetensors.Open(Write("x", zeros(1)));
        Assert.Contains("tensor 'y' is missing. Tensors in the file: 1.", Assert.Throws<WeightFileException>(() => file.Read("y")).Message);
    }

    [Fact]
    public void EveryTruncationIsAnError()
    {
        byte[] whole = File.ReadAllBytes(Write("x", ones(4)));
        for (int length = 0; length < whole.Length; length++)
            Refused(whole[..length]);
        Refused([.. whole, 0]);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""", "not valid JSON")]
    [InlineData("""[]""", "should hold an object")]
    [InlineData("""{"a":3}""", "expected an object")]
    [InlineData("""{"a":{"dtype":"F7","shape":[2],"data_offsets":[0,8]}}""", "dtype 'F7' is not one of")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "takes 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "whole numbers of 0 or more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "whole numbers of 0 or more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "too large to exist")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "are outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "are outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}""", "whole numbers of 0 or more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", "more than 2 numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "are missing")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "are missing")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8]}}""", "occurs twice")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "occurs twice"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        "overlap"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the last tensor ends")]
    [InlineData("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "overlap nor leave a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"n":1}}""", "a string as metadata")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"extra":[[[[[[[[[[1]]]]]]]]]]}}""", "not valid JSON")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""",
        "more than 32 numbers"
    )]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not valid JSON")]
    public void AWrongHeaderSaysWhatIsWrong(string json, string expected)
    {
        string message = Refused(FileOf(json, new byte[8]));
        Assert.Contains(expected, message);
        Assert.Contains(_folder["bad.safetensors"], message);
    }

    [Theory]
    [InlineData(ulong.MaxValue, "above the limit")]
    [InlineData(1ul << 40, "above the limit")]
    [InlineData(99_000_000ul, "cut short")]
    public void AHeaderLengthBeyondTheFileIsAnError(ulong length, string expected)
    {
        byte[] file = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.Contains(expected, Refused(file));
    }

    [Fact]
    public void ABooleanThatIsNeitherZeroNorOneIsAnError()
    {
        string path = _folder.Write("b.safetensors", FileOf("""{"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", [1, 7]));
        using Safetensors file = Safetensors.Open(path);
        Assert.Contains("is 7, not 0 or 1", Assert.Throws<WeightFileException>(() => file.Read("a")).Message);
    }

    [Fact]
    public void MutatedHeadersNeverDoWorseThanALiftPlusException()
    {
        byte[] data = new byte[64];
        string valid =
            """{"__metadata__":{"k":"v"},"a.b":{"dtype":"F32","shape":[2,4],"data_offsets":[0,32]},"c":"""
            + """{"dtype":"BF16","shape":[16],"data_offsets":[32,64]}}""";
        byte[] header = Encoding.UTF8.GetBytes(valid);
        string[] pieces =
        [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "-1",
            "0",
            "9223372036854775807",
            "18446744073709551616",
            "1e99",
            "null",
            "\\u0000",
            "\"shape\"",
            "64",
        ];
        Random random = new(7);
        int accepted = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 5000; round++)
        {
            List<byte> bytes = [.. header];
            for (int edit = random.Next(1, 5); edit > 0; edit--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                        break;
                    case 2:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                    default:
                        bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                        break;
                }
            }

            try
            {
                SafetensorsHeader read = SafetensorsHeader.Parse(
                    "fuzz",
                    [.. bytes],
                    SafetensorsHeader.PrefixLength + bytes.Count + data.Length
                );
                accepted++;
                Assert.Equal(data.Length, read.Tensors.Values.Sum(t => t.ByteCount));
            }
            catch (LiftPlusException) { }
        }

        Assert.InRange(accepted, 1, 4999);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 500_000_000);
    }

    private static KeyValuePair<string, Tensor>[] Named(params (string Name, Tensor Value)[] tensors) =>
        [.. tensors.Select(t => KeyValuePair.Create(t.Name, t.Value))];

    private static void AssertSame(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.dtype, found.dtype);
        Assert.Equal(expected.shape, found.shape);
        Assert.Equal(expected.contiguous().bytes, found.bytes);
    }

    private string Write(string name, Tensor value)
    {
        using (value)
            Safetensors.Write(_folder["t.safetensors"], Named((name, value)));
        return _folder["t.safetensors"];
    }

    private static byte[] FileOf(string json, byte[] data)
    {
        byte[] header = Encoding.UTF8.GetBytes(json),
            length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    private string Refused(byte[] content)
    {
        string path = _folder.Write("bad.safetensors", content);
        return Assert.Throws<WeightFileException>(() => Safetensors.Open(path).Dispose()).Message;
    }
}
