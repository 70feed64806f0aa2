using System.Text;
using LiftPlus.Backbones;
using LiftPlus.Onnx;
using LiftPlus.Weights;
using LiftPlus.Weights.Onnx;

namespace LiftPlus.Core.Tests.Weights;

/// <summary>Reads ONNX files, sound and damaged ones.</summary>
public sealed class OnnxSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["model.onnx"];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[], string> Damaged =>
        new()
        {
            { "nothing", [], "hold no graph" },
            { "no graph", new Protobuf().Integer(OnnxFields.FormatVersion, 8).Bytes.ToArray(), "hold no graph" },
            { "a length beyond the end", [0x3A, 0x7F, 0x00], "field 7 takes 127 bytes, but 1 are left in the model" },
            { "a negative length", [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "are left in the model" },
            { "a number of 65 bits", [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], "more than 64 bits" },
            { "an endless number", [0x08, .. Enumerable.Repeat((byte)0x80, 40)], "a number" },
            { "a number cut short", [0x08, 0x80], "a number goes beyond the end" },
            { "field 0", [0x00, 0x00], "the number of a field is 0" },
            { "a field beyond all", [0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00], "which no message has" },
            { "the start of a group", [0x0B, 0x0C], "wire type 3" },
            { "a wire type that does not exist", [0x0F], "wire type 7" },
            { "a fixed number cut short", [0x09, 1, 2, 3], "field 1 takes 8 bytes, but 3 are left" },
            { "a graph that is a number", new Protobuf().Integer(OnnxFields.Graph, 5).Bytes.ToArray(), "it should be 2" },
            { "a producer that is not text", [0x12, 2, 0xC3, 0x28], "not valid UTF-8" },
            { "two graphs", [.. OnnxFiles.Model(), OnnxFields.Graph << 3 | 2, 0], "a second graph begins" },
            { "a note twice", Twice(), "the note 'backbone_config' occurs twice" },
            {
                "a constant that is a number",
                OnnxFiles.Around(new Protobuf().Integer(OnnxFields.Initializer, 5)).Bytes.ToArray(),
                "it should be 2"
            },
            {
                "a constant twice",
                OnnxFiles.Model(OnnxFiles.Constant("a.b", [1], 4), OnnxFiles.Constant("a.b", [1], 4)),
                "the constant 'a.b' occurs twice"
            },
            { "data twice", OnnxFiles.Model(OnnxFiles.Constant("a.b", [1], 4).Text(OnnxFields.TensorBytes, "1234")), "occurs twice" },
            { "a negative axis", OnnxFiles.Model(OnnxFiles.Constant("a.b", [-1, 2], 0)), "the shape of 'a.b' is [-1, 2]" },
            { "axes without end", OnnxFiles.Model(OnnxFiles.Constant("a.b", [.. Enumerable.Repeat(1L, 33)], 4)), "more than 32 numbers" },
            {
                "packed axes without end",
                OnnxFiles.Model(new Protobuf().Text(OnnxFields.TensorSize, new string('\u0001', 99))),
                "more than 32"
            },
            {
                "a shape beyond 64 bits",
                OnnxFiles.Model(OnnxFiles.Constant("a.b", [long.MaxValue, 2, long.MaxValue], 4)),
                "is too large to exist"
            },
            {
                "a shape larger than the data",
                OnnxFiles.Model(OnnxFiles.Constant("a.b", [1000, 1000], 4)),
                "takes 4000000 bytes, but its data have 4"
            },
            { "data larger than the shape", OnnxFiles.Model(OnnxFiles.Constant("a.b", [1], 8)), "takes 4 bytes, but its data have 8" },
            { "no data", OnnxFiles.Model(OnnxFiles.Header("a.b", 1)), "but its data have 0" },
            { "a type of no weights", OnnxFiles.Model(OnnxFiles.Header("a.b").Integer(OnnxFields.TensorType, 8)), "its element type is 8" },
            { "a vector that is transposed", OnnxFiles.Model(OnnxFiles.Constant("a.b.T", [2], 8)), "is not that of a matrix" },
            {
                "other rows than the name says",
                OnnxFiles.Model(OnnxFiles.Constant("a.b[0:3]", [2], 8)),
                "does not have the rows in its name"
            },
            { "rows backwards", OnnxFiles.Model(OnnxFiles.Constant("a.b[3:1]", [2], 8)), "does not have the rows in its name" },
            {
                "a gap between rows",
                OnnxFiles.Model(OnnxFiles.Constant("a.b[0:1]", [1], 4), OnnxFiles.Constant("a.b[2:3]", [1], 4)),
                "constant 'a.b[2:3]' does not continue tensor 'a.b' at its row 1"
            },
            {
                "rows beside the whole",
                OnnxFiles.Model(OnnxFiles.Constant("a.b", [2], 8), OnnxFiles.Constant("a.b[0:2]", [2], 8)),
                "does not continue tensor 'a.b'"
            },
            {
                "rows of other widths",
                OnnxFiles.Model(OnnxFiles.Constant("a.b[0:1]", [1, 1], 4), OnnxFiles.Constant("a.b[1:2]", [1, 2], 8)),
                "does not continue tensor 'a.b' at its row 1"
            },
            { "data of no file", OnnxFiles.Model(OnnxFiles.Elsewhere("a.b", [1])), "no 'location' names it" },
            { "a place that is not a number", Place("data", ("offset", "1e3")), "has the number '1e3'" },
            { "a negative place", Place("data", ("offset", "-4")), "has the number '-4'" },
            { "a place beyond 64 bits", Place("data", ("length", "99999999999999999999")), "has the number" },
            { "a place beyond the file", Place("data", ("offset", "8"), ("length", "4")), "are outside" },
            { "a place at the end of the numbers", Place("data", ("offset", $"{long.MaxValue}"), ("length", "4")), "are outside" },
            { "another length than the shape's", Place("data", ("length", "8")), "takes 4 bytes, but its data have 8" },
            { "a file that is not there", Place("absent"), "the file does not exist" },
            { "a path", Place("../data"), "only a file of the same folder is read" },
            { "an absolute path", Place("/etc/hostname"), "only a file of the same folder is read" },
            { "a path of Windows", Place("..\\data"), "only a file of the same folder is read" },
            { "a drive", Place("C:data"), "only a file of the same folder is read" },
            { "the folder above", Place(".."), "only a file of the same folder is read" },
            {
                "several files",
                OnnxFiles.Model(
                    OnnxFiles.Elsewhere("a.b", [1], ("location", "data")),
                    OnnxFiles.Elsewhere("a.c", [1], ("location", "other"))
                ),
                "in several files, among them 'data' and 'other'"
            },
        };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void ADamagedFileIsRefused(string what, byte[] file, string expected)
    {
        _folder.Write("model.onnx", file);
        _folder.Write("data", new byte[7]);
        string message = Assert.Throws<WeightFileException>(() => WeightFile.Open(Path)).Message;
        Assert.True(message.Contains(expected, StringComparison.Ordinal), $"{what}: {message}");
        Assert.True(message.Contains(_folder.Path, StringComparison.Ordinal), $"{what}: {message}"); // one of the two files
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFileCutShortIsRefusedWhereverItEnds(bool isExternal)
    {
        OnnxFiles.Write(OnnxFiles.Transformer, Path, OnnxWeights.Float32, isExternal);
        foreach (string file in Directory.GetFiles(_folder.Path))
        {
            byte[] whole = File.ReadAllBytes(file);
            for (int length = 0; length < whole.Length; length += 1 + whole.Length / 97)
            {
                File.WriteAllBytes(file, whole[..length]);
                Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(Path).Dispose());
            }

            File.WriteAllBytes(file, whole);
        }
    }

    [Fact]
    public void OperatorsAreNotWalked()
    {
        // Two that wait for each other, and a message inside itself a thousand times: what is passed over cannot do harm.
        var graph = new Protobuf();
        graph.Message(OnnxFields.Node, OnnxMessages.Node("", "Relu", ["b"], ["a"], []));
        graph.Message(OnnxFields.Node, OnnxMessages.Node("", "Relu", ["a"], ["b"], []));
        var deep = new Protobuf();
        for (int i = 0; i < 1000; i++)
            deep = new Protobuf().Message(OnnxFields.Node, deep);
        graph.Message(OnnxFields.Node, deep).Message(OnnxFields.Initializer, OnnxFiles.Constant("a.b", [2, 3], 24));
        _folder.Write("model.onnx", OnnxFiles.Around(graph).Bytes.ToArray());
        using WeightSource source = WeightFile.Open(Path);
        Assert.Equal([2, 3], source.Tensors["a.b"].Shape);
    }

    [Fact]
    public void AFileOfTinyFieldsEndsEarly()
    {
        _folder.Write("model.onnx", [.. Enumerable.Repeat<byte[]>([0x08, 0x01], 1_100_000).SelectMany(field => field)]);
        Assert.Contains("more than 1,048,576 fields", Assert.Throws<WeightFileException>(() => WeightFile.Open(Path)).Message);
    }

    [Fact]
    public void AClaimedSizeTakesNoMemory()
    {
        _folder.Write("model.onnx", OnnxFiles.Model(OnnxFiles.Constant("a.b", [1L << 40], 4)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WeightFileException>(() => WeightFile.Open(Path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void ALinkToAnotherFolderIsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Links need a right on Windows.");
            return; // for the analyzer
        }

        Directory.CreateDirectory(_folder["models"]);
        Directory.CreateDirectory(_folder["blobs"]);
        string model = System.IO.Path.Combine(_folder["models"], "model.onnx"),
            data = model + ".data";
        OnnxFiles.Write(OnnxFiles.Transformer, model, OnnxWeights.Float32, isExternal: true);
        string elsewhere = System.IO.Path.Combine(_folder["blobs"], "data");
        File.Move(data, elsewhere);
        File.CreateSymbolicLink(data, elsewhere);
        Assert.Contains(
            "is a link to a file in another folder",
            Assert.Throws<WeightFileException>(() => WeightFile.Open(model)).Message,
            StringComparison.Ordinal
        );

        // A cache links to both.
        File.Move(model, System.IO.Path.Combine(_folder["blobs"], "model"));
        File.CreateSymbolicLink(model, System.IO.Path.Combine(_folder["blobs"], "model"));
        WeightFile.Open(model).Dispose();

        // A link beside the model is not another place.
        File.Delete(data);
        File.Delete(model);
        File.Move(System.IO.Path.Combine(_folder["blobs"], "model"), model);
        File.Move(elsewhere, data + "2");
        File.CreateSymbolicLink(data, data + "2");
        WeightFile.Open(model).Dispose();
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("{}", "cannot be read")]
    [InlineData("null", "it is null")]
    [InlineData("[]", "cannot be read")]
    [InlineData("{\"architecture\":\"resnet\",\"image\":null,\"preprocess\":{}}", "the image tower is null")]
    [InlineData("{\"architecture\":\"resnet\",\"image\":3,\"preprocess\":{}}", "cannot be read")]
    [InlineData("\"architecture\":\"vision_transformer\"", "\"architecture\":\"mixer\"", "the architecture 'mixer' is not known")]
    [InlineData("\"width\":6", "\"width\":6,\"colour\":3", "cannot be read")]
    [InlineData("\"width\":6", "\"width\":6,\"width\":6", "cannot be read")]
    [InlineData("\"width\":6,", "", "cannot be read")]
    [InlineData("\"width\":6", "\"width\":null", "cannot be read")]
    [InlineData("\"depth\":2", "\"depth\":2147483647", "the number 2147483647 is not one of an image tower")]
    [InlineData("\"depth\":2", "\"depth\":-2", "the number -2 is not one")]
    [InlineData("\"depth\":2", "\"depth\":1000000", "more than 131072 tensors")]
    [InlineData("\"depth\":2", "\"depth\":3", "image.blocks.2.attn.qkv.weight")]
    [InlineData("\"depth\":2", "\"depth\":1", "image.blocks.1.attn.qkv.weight")]
    [InlineData("\"patch_size\":3", "\"patch_size\":0", "in steps of 0 do not exist")]
    [InlineData("\"heads\":2", "\"heads\":4", "cannot be split into 4 heads")]
    [InlineData("\"heads\":2", "\"heads\":0", "cannot be split into 0 heads")]
    [InlineData("\"hidden_size\":50", "\"hidden_size\":51", "fc1")]
    [InlineData("\"activation\":\"quick_gelu\"", "\"activation\":7", "cannot be read")]
    [InlineData("\"channels\":3", "\"channels\":0", "0 channels")]
    [InlineData("\"std\":[", "\"std\":[0,", "3 deviations above 0")]
    [InlineData("\"mean\":[", "\"mean\":null,\"x\":[", "cannot be read")]
    public void ADescriptionThatDoesNotFitIsRefused(string found, string instead, string expected = "")
    {
        OnnxFiles.Write(OnnxFiles.Transformer, Path);
        string json = BackboneJsonOf(OnnxFiles.Transformer);
        bool isWhole = expected.Length == 0;
        string damaged = isWhole ? found : json.Replace(found, instead, StringComparison.Ordinal);
        Assert.NotEqual(json, damaged);
        WriteWithDescription(damaged);
        string message = Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(Path).Dispose()).Message;
        Assert.Contains(isWhole ? instead : expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesThatAreNotOnnxKeepTheirMessages()
    {
        _folder.Write("model.onnx", "version https://git-lfs.github.com/spec/v1\n");
        Assert.Contains("Git LFS pointer", Assert.Throws<WeightFileException>(() => WeightFile.Open(Path)).Message);
        _folder.Write("model.onnx", "<!doctype html>");
        Assert.Contains("a web page", Assert.Throws<WeightFileException>(() => WeightFile.Open(Path)).Message);
    }

    private static string BackboneJsonOf(BackboneConfig config) => LiftPlus.Backbones.Loading.BackboneJson.Write(config)!;

    // The same file with another description, whose lengths are right.
    private void WriteWithDescription(string json)
    {
        byte[] file = File.ReadAllBytes(Path);
        byte[] before = Encoding.UTF8.GetBytes(BackboneJsonOf(OnnxFiles.Transformer));
        int at = file.AsSpan().IndexOf(before);
        byte[] old = new Protobuf()
                .Message(OnnxFields.Metadata, OnnxMessages.Entry(OnnxNotes.Backbone, Encoding.UTF8.GetString(before)))
                .Bytes.ToArray(),
            now = new Protobuf().Message(OnnxFields.Metadata, OnnxMessages.Entry(OnnxNotes.Backbone, json)).Bytes.ToArray();
        int start = at + before.Length - old.Length;
        File.WriteAllBytes(Path, [.. file[..start], .. now, .. file[(start + old.Length)..]]);
    }

    private static byte[] Twice() =>
        OnnxFiles.Around(new Protobuf()).Message(OnnxFields.Metadata, OnnxMessages.Entry(OnnxNotes.Backbone, "{}")).Bytes.ToArray();

    private static byte[] Place(string location, params (string, string)[] place) =>
        OnnxFiles.Model(OnnxFiles.Elsewhere("a.b", [1], [("location", location), .. place]));
}
