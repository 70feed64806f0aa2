using System.IO.Compression;
using LiftPlus.Backbones.Families;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Weights;

public sealed class TorchFileTests : IDisposable
{
    private static readonly float[] s_six = [0, 1, 2, 3, 4, 5];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // {"a": tensor, "in": {"b": transposed view of the same storage, "epoch": 3, 0: tensor}}
    private static byte[] Nested() =>
        PickleBuilder
            .Start()
            .Op('}', '(')
            .Text("a")
            .Tensor("0", 6, 0, [2, 3], [3, 1])
            .Text("in")
            .Op('}', '(')
            .Text("b")
            .Tensor("0", 6, 0, [3, 2], [1, 3])
            .Text("epoch")
            .Number(3)
            .Number(0)
            .Tensor("1", 1, 0, [], [])
            .Op('u')
            .Op('u')
            .Done();

    public static TheoryData<bool> Containers => [true, false];

    [Theory]
    [MemberData(nameof(Containers))]
    public void NestedTensorsAreReadInTheirLayout(bool isArchive)
    {
        (string, float[])[] storages = [("0", s_six), ("1", [7])];
        byte[] file = isArchive ? PickleBuilder.Archive(Nested(), storages) : PickleBuilder.Legacy(Nested(), true, storages);
        using WeightSource source = WeightFile.Open(_folder.Write("m.pt", file));
        Assert.Equal(["a", "in.b", "in.0"], source.Tensors.Keys);
        Assert.Equal("Float32 [3, 2]", source.Tensors["in.b"].ToString());
        using Tensor a = source.Read("a"),
            b = source.Read("in.b"),
            scalar = source.Read("in.0");
        Assert.Equal([0, 1, 2, 3, 4, 5], a.data<float>().ToArray());
        Assert.Equal([0, 3, 1, 4, 2, 5], b.contiguous().data<float>().ToArray());
        Assert.Equal(7, scalar.item<float>());
    }

    [Fact]
    public void AModelUnderAPrefixIsFound()
    {
        byte[] pickle = PickleBuilder
            .Start()
            .Op('}')
            .Text("state_dict")
            .Op('}', '(')
            .Text("module.cls_token")
            .Tensor("0", 6, 0, [1, 1, 6], [6, 6, 1])
            .Text("module.patch_embed.proj.weight")
            .Tensor("0", 6, 0, [6], [1])
            .Op('u', 's')
            .Done();
        using WeightSource file = WeightFile.Open(_folder.Write("m.pt", PickleBuilder.Archive(pickle, ("0", s_six))));
        (PublishedForm form, WeightSource source) = BackboneFamilies.Recognize(file);
        Assert.Equal("timm VisionTransformer", form.Names.Name);
        Assert.Equal(["cls_token", "patch_embed.proj.weight"], source.Tensors.Keys);
        using Tensor token = source.Read("cls_token");
        Assert.Equal([1, 1, 6], token.shape);
    }

    [Fact]
    public void AScriptModulesAttributesAreItsNamesAndItsCodeIsNotLookedAt()
    {
        byte[] pickle = PickleBuilder
            .Start()
            .Global("__torch__", "Model")
            .Op(')', 0x81)
            .Op('}', '(')
            .Text("weight")
            .Tensor("0", 6, 0, [6], [1])
            .Text("training")
            .Op(0x88)
            .Text("child")
            .Global("__torch__.os", "system")
            .Op(')', 0x81)
            .Op('}')
            .Text("bias")
            .Tensor("0", 6, 1, [2], [1])
            .Op('s', 'b')
            .Op('u', 'b')
            .Done();
        byte[] script = PickleBuilder.Archive(
            pickle,
            CompressionLevel.NoCompression,
            [("constants.pkl", []), ("code/__torch__.py", "import os"u8.ToArray())],
            ("0", s_six)
        );
        using (WeightSource source = WeightFile.Open(_folder.Write("m.pt", script)))
            Assert.Equal(["weight", "child.bias"], source.Tensors.Keys);
        Assert.Contains("'__torch__.Model'", Refused(PickleBuilder.Archive(pickle, ("0", s_six)))); // no script archive, no script types
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch.jit._pickle", "build_intlist")]
    [InlineData("collections", "OrderedDict\u0000")]
    public void AnyOtherNameIsRefusedWithItsPlace(string module, string name)
    {
        byte[] pickle = PickleBuilder.Start().Global(module, name).Text("echo").Op(0x85, 'R').Done();
        string message = Refused(PickleBuilder.Archive(pickle));
        Assert.Contains($"calls for '{module}.{name}'", message);
        Assert.Matches(@"byte \d+ \(archive/data.pkl\)", message);
        Assert.Contains($"'{module}.{name}'", Refused(PickleBuilder.Legacy(pickle, true)));
        byte[] stacked = PickleBuilder.Start().Text(module).Text(name).Op(0x93).Text("echo").Op(0x85, 'R').Done();
        Assert.Contains($"calls for '{module}.{name}'", Refused(PickleBuilder.Archive(stacked)));
    }

    [Theory]
    [InlineData(6, 1, new long[] { 6 }, new long[] { 1 })] // beyond the end
    [InlineData(6, 0, new long[] { 2, 3 }, new long[] { 4, 1 })]
    [InlineData(6, 0, new long[] { 1000 }, new long[] { 0 })] // expanded
    [InlineData(6, 0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(6, 0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(6, -1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(6, 0, new long[] { 2 }, new long[] { 1, 1 })]
    [InlineData(6, 7, new long[] { 0 }, new long[] { 1 })]
    [InlineData(6, 0, new long[] { long.MaxValue, long.MaxValue }, new long[] { long.MaxValue, long.MaxValue })]
    public void ATensorOutsideItsStorageIsRefused(long count, long offset, long[] shape, long[] strides)
    {
        byte[] pickle = PickleBuilder.Start().Op('}').Text("a").Tensor("0", count, offset, shape, strides).Op('s').Done();
        Assert.Contains("describe nothing that fits its storage", Refused(PickleBuilder.Archive(pickle, ("0", s_six))));
    }

    [Fact]
    public void AStorageThatIsNotThereOrTooShortIsNamed()
    {
        byte[] pickle = PickleBuilder.Start().Op('}').Text("a").Tensor("0", 7, 0, [7], [1]).Op('s').Done();
        Assert.Contains("should have 7 elements of 4 bytes, but has 24 bytes", Refused(PickleBuilder.Archive(pickle, ("0", s_six))));
        Assert.Contains("entry 'archive/data/0' is missing", Refused(PickleBuilder.Archive(pickle)));
        Assert.Contains("should have 7 elements, but has 6", Refused(PickleBuilder.Legacy(pickle, true, ("0", s_six))));
        Assert.Contains("little end first", Refused(PickleBuilder.Legacy(pickle, false, ("0", s_six))));
        byte[] odd = PickleBuilder.Start().Op('}').Text("a").Tensor("0", 6, 0, [6], [1], "ComplexFloatStorage").Op('s').Done();
        Assert.Contains("torch.ComplexFloatStorage", Refused(PickleBuilder.Archive(odd, ("0", s_six))));
    }

    [Fact]
    public void ContainersOfTheWrongKindAreNamed()
    {
        Assert.Contains(
            "compressed or encrypted",
            Refused(PickleBuilder.Archive(Nested(), CompressionLevel.Optimal, [], ("0", new float[600]), ("1", new float[100])))
        );
        Assert.Contains(
            "not stored little end first",
            Refused(
                PickleBuilder.Archive(
                    Nested(),
                    CompressionLevel.NoCompression,
                    [("byteorder", "big"u8.ToArray())],
                    ("0", s_six),
                    ("1", [7])
                )
            )
        );
        Assert.Contains("no named tensor", Refused(PickleBuilder.Archive(PickleBuilder.Start().Number(1).Done())));
        using MemoryStream plain = new();
        using (ZipArchive zip = new(plain, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("readme.txt", CompressionLevel.NoCompression);
        Assert.Contains("0 entries like 'name/data.pkl'", Refused(plain.ToArray()));
    }

    [Fact]
    public void AFileThatClaimsFarMoreThanItHoldsIsRefused()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('}', '(').Text("first").Tensor("0", 4096, 0, [4096], [1]).Op('q', 0);
        for (int i = 0; i < 2000; i++)
            pickle.Text("t" + i).Op('h', 0);
        Assert.Contains("times the file's", Refused(PickleBuilder.Archive(pickle.Op('u').Done(), ("0", new float[4096]))));
    }

    [Fact]
    public void ValuesThatHoldThemselvesEnd()
    {
        byte[] pickle = PickleBuilder.Start().Op('}', 'q', 0).Text("self").Op('h', 0, 's').Done();
        Assert.Contains("nested deeper", Refused(PickleBuilder.Archive(pickle)));
        PickleBuilder doubled = PickleBuilder.Start().Op('}', 'q', 0); // each level holds the one below twice
        for (int level = 1; level < 31; level++)
            doubled.Op('}', '(').Text("x").Op('h', level - 1).Text("y").Op('h', level - 1).Op('u', 'q', level);
        Assert.Contains("or more than", Refused(PickleBuilder.Archive(doubled.Done())));
    }

    [Theory]
    [InlineData(new int[] { '.' }, "stack is empty")]
    [InlineData(new int[] { 'h', 9, '.' }, "recalls entry 9")]
    [InlineData(new int[] { 't', '.' }, "mark that was never set")]
    [InlineData(new int[] { 'I', '1', '\n', '.' }, "the operation 0x49")]
    [InlineData(new int[] { 'X', 255, 255, 255, 127 }, "a text of 2147483647 bytes")]
    [InlineData(new int[] { 'X', 255, 0, 0, 0, 'a' }, "ends too early")]
    [InlineData(new int[] { 0x8a, 200 }, "ends too early")]
    [InlineData(new int[] { ')', ')', 'R', '.' }, "not a name")]
    [InlineData(new int[] { 'N', ')', 'b', '.' }, "sets the state")]
    [InlineData(new int[] { 'N', 'N', 'a', '.' }, "not a list")]
    [InlineData(new int[] { 'N', 'N', 'N', 's', '.' }, "not a dictionary")]
    [InlineData(new int[] { 'N', 'Q', '.' }, "persistent id")]
    [InlineData(new int[] { 0x80, 9, 'N', '.' }, "protocol 9")]
    public void DamagedPicklesSayWhere(int[] operations, string expected)
    {
        byte[] pickle = new PickleBuilder().Op(0x80, 2).Op(operations).Raw([]).Done()[..^1];
        Assert.Contains(expected, Refused(PickleBuilder.Archive(pickle)));
    }

    [Fact]
    public void DamagedFilesNeverDoWorseThanALiftPlusException()
    {
        byte[] archive = PickleBuilder.Archive(Nested(), ("0", s_six), ("1", [7]));
        byte[] legacy = PickleBuilder.Legacy(Nested(), true, ("0", s_six), ("1", [7]));
        Random random = new(11);
        int accepted = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = [.. round % 2 == 0 ? archive : legacy];
            for (int edit = random.Next(1, 4); edit > 0; edit--)
                bytes[random.Next(16, bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(16, bytes.Length)];
            try
            {
                using WeightSource source = WeightFile.Open(_folder.Write("f.pt", bytes));
                foreach (string name in source.Tensors.Keys)
                    source.Read(name).Dispose();
                accepted++;
            }
            catch (LiftPlusException) { }
        }

        Assert.InRange(accepted, 1, 2999);
    }

    [Fact]
    public void EveryTruncationIsAnError()
    {
        byte[] archive = PickleBuilder.Archive(Nested(), ("0", s_six), ("1", [7])),
            legacy = PickleBuilder.Legacy(Nested(), true, ("0", s_six), ("1", [7]));
        for (int length = 0; length < archive.Length; length++)
            Refused(archive[..length]);
        for (int length = 0; length < legacy.Length; length++)
            Refused(legacy[..length]);
    }

    private string Refused(byte[] content)
    {
        string path = _folder.Write("bad.pt", content);
        string message = Assert.Throws<WeightFileException>(() => WeightFile.Open(path).Dispose()).Message;
        Assert.Contains(path, message);
        return message;
    }
}
