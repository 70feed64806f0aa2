using System.Runtime.InteropServices;
using System.Text.Json;
using LiftPlus.TestSupport;
using Onnx;
using TorchSharp;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Reads exported files with another parser: they keep ONNX's rules and what the documentation promises.</summary>
public sealed class OnnxParsedTests : IDisposable
{
    private const string Microsoft = "com.microsoft";

    private static readonly string[] s_notes =
    [
        "backbone",
        "backbone_config",
        "backbone_sha256",
        "class_names",
        "library_version",
        "preprocessing",
        "recipe",
        "training_images",
        "weights",
    ];

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.onnx"];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string family in ToyModels.Families.Keys)
        {
            bool hasLinear = !ToyModels.IsResNet(family) || ToyModels.HasText(family);
            foreach (string form in s_forms.Keys.Where(form => hasLinear || form != "int8"))
                cases.Add(family, form);
        }

        return cases;
    }

    private static readonly Dictionary<string, OnnxExportOptions> s_forms = new()
    {
        ["plain"] = new(),
        ["opset 20"] = new() { Opset = 20 },
        ["opset 22"] = new() { Opset = 22 },
        ["pixels"] = new() { Preprocessing = true },
        ["float16"] = new() { Weights = OnnxWeights.Float16 },
        ["int8"] = new() { Weights = OnnxWeights.Int8 },
        ["two files"] = new() { ExternalData = true },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheFileKeepsTheRules(string family, string form)
    {
        OnnxExportOptions options = s_forms[form];
        using FineTunedModel model = ToyModels.Create(family, ToyModels.IsResNet(family) ? new BitFitOptions() : new AdaptFormerOptions());
        OnnxExport.Save(model, File, options);
        ModelProto file = Parse();

        int opset = options.Opset;
        Assert.Equal(
            opset <= 18 ? 8
                : opset <= 20 ? 9
                : 10,
            file.IrVersion
        );
        Assert.Equal("LiftPlus", file.ProducerName);
        string[] sets = [.. file.OpsetImport.Select(set => $"{set.Domain} {set.Version}")];
        Assert.Equal(options.Weights == OnnxWeights.Int8 ? [$" {opset}", $"{Microsoft} 1"] : [$" {opset}"], sets);
        AssertEdges(file.Graph, model, options);
        AssertNotes(file, model, options);
        AssertOrder(file.Graph);
        AssertConstants(file.Graph, options);
    }

    [Theory]
    [InlineData(Tower.Image)]
    [InlineData(Tower.Text)]
    public void TheTowersOfABackboneKeepTheRules(Tower tower)
    {
        using Backbone backbone = ToyModels.CreateBackbone("CLIP");
        OnnxExport.SaveBackbone(backbone, File, tower);
        ModelProto file = Parse();
        AssertOrder(file.Graph);
        AssertConstants(file.Graph, new OnnxExportOptions());
        Assert.Equal(tower == Tower.Image ? "images" : "tokens", Assert.Single(file.Graph.Input).Name);
        Assert.Equal(["features", "embeddings"], file.Graph.Output.Select(output => output.Name));
        Assert.Equal(tower == Tower.Image, file.MetadataProps.Any(note => note.Key == "backbone_config"));
    }

    [Fact]
    public void TheConstantsHaveTheNamesAndValuesOfTheModel()
    {
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = ToyModels.CreateBackbone("CLIP");
        OnnxExport.SaveBackbone(backbone, File);
        Dictionary<string, TensorProto> constants = Parse().Graph.Initializer.ToDictionary(constant => constant.Name);
        Dictionary<string, Tensor> values = backbone.state_dict();
        Tensor last = values["image.blocks.2.attn.qkv.weight"];
        AssertValues(values["image.cls_token"], "image.cls_token");
        AssertValues(values["image.pos_embed"], "image.pos_embed");
        AssertValues(values["image.blocks.0.norm1.bias"], "image.blocks.0.norm1.bias");
        AssertValues(values["image.blocks.0.attn.qkv.weight"].t(), "image.blocks.0.attn.qkv.weight.T");
        AssertValues(values["image.blocks.0.mlp.fc1.weight"].t(), "image.blocks.0.mlp.fc1.weight.T");
        AssertValues(last.narrow(0, 0, 24).t(), "image.blocks.2.attn.qkv.weight[0:24].T");
        AssertValues(last.narrow(0, 24, 48).t(), "image.blocks.2.attn.qkv.weight[24:72].T");
        AssertValues(values["image_projection"], "image_projection");

        void AssertValues(Tensor expected, string name)
        {
            Assert.Equal(expected.shape, constants[name].Dims);
            Assert.Equal(expected.contiguous().bytes.ToArray(), constants[name].RawData.ToByteArray());
        }
    }

    private ModelProto Parse()
    {
        using FileStream stream = System.IO.File.OpenRead(File);
        return ModelProto.Parser.ParseFrom(stream);
    }

    private static void AssertEdges(GraphProto graph, FineTunedModel model, OnnxExportOptions options)
    {
        int side = model.Backbone.Config.Image.ImageSize;
        ValueInfoProto input = Assert.Single(graph.Input);
        Assert.Equal(options.Preprocessing ? "images Uint8 batch height width 3" : $"images Float batch 3 {side} {side}", Describe(input));
        int classes = ToyModels.Classes.Length;
        Assert.Equal(
            [
                $"logits Float batch {classes}",
                $"probabilities Float batch {classes}",
                $"features Float batch {model.Backbone.Image.FeatureDimension}",
            ],
            graph.Output.Select(Describe)
        );
    }

    private static string Describe(ValueInfoProto value)
    {
        TypeProto.Types.Tensor tensor = value.Type.TensorType;
        IEnumerable<string> axes = tensor.Shape.Dim.Select(axis => axis.DimParam.Length > 0 ? axis.DimParam : $"{axis.DimValue}");
        return $"{value.Name} {(DataType)tensor.ElemType} {string.Join(' ', axes)}";
    }

    private static void AssertNotes(ModelProto file, FineTunedModel model, OnnxExportOptions options)
    {
        Dictionary<string, string> notes = file.MetadataProps.ToDictionary(note => note.Key, note => note.Value);
        bool hasAdapters = model.Backbone.Image.Blocks.Count > 0;
        Assert.Equal(hasAdapters ? [.. s_notes.Append("adapters").Order()] : s_notes, notes.Keys.Order());
        Assert.Equal(options.Weights.ToString(), notes["weights"]);
        Assert.Equal(ToyModels.Classes, JsonSerializer.Deserialize<string[]>(notes["class_names"])!);
        if (hasAdapters)
            Assert.Equal(["adaptformer"], JsonSerializer.Deserialize<string[]>(notes["adapters"])!);
        using JsonDocument config = JsonDocument.Parse(notes["backbone_config"]);
        JsonElement image = config.RootElement.GetProperty("image");
        Assert.Equal(model.Backbone.Config.Image.ImageSize, image.GetProperty("image_size").GetInt32());
    }

    // Every name is defined exactly once and before it is used, and everything is used.
    private static void AssertOrder(GraphProto graph)
    {
        HashSet<string> defined = [.. graph.Input.Select(input => input.Name)],
            used = [.. graph.Output.Select(output => output.Name)];
        foreach (TensorProto constant in graph.Initializer)
            Assert.True(defined.Add(constant.Name), $"{constant.Name} is defined twice.");
        foreach (NodeProto node in graph.Node)
        {
            foreach (string input in node.Input.Where(input => input.Length > 0))
            {
                Assert.True(defined.Contains(input), $"{node.Name} uses {input}, which is not defined before it.");
                used.Add(input);
            }

            Assert.All(node.Output, output => Assert.True(defined.Add(output), $"{output} is defined twice."));
        }

        Assert.Empty(used.Except(defined));
        Assert.Empty(graph.Initializer.Select(constant => constant.Name).Except(used));
        Assert.Equal(graph.Node.Count, graph.Node.Select(node => node.Name).Distinct().Count());
        Assert.All(graph.Node, node => Assert.True(node.Domain is "" || node is { Domain: Microsoft, OpType: "DynamicQuantizeMatMul" }));
    }

    private void AssertConstants(GraphProto graph, OnnxExportOptions options)
    {
        long end = 0;
        foreach (TensorProto constant in graph.Initializer)
        {
            long size = (DataType)constant.DataType switch
            {
                DataType.Float => 4,
                DataType.Int64 => 8,
                DataType.Float16 when options.Weights == OnnxWeights.Float16 => 2,
                DataType.Int8 when options.Weights == OnnxWeights.Int8 => 1,
                _ => throw new InvalidOperationException($"{constant.Name} has the type {constant.DataType}."),
            };
            long length = constant.Dims.Aggregate(size, (product, axis) => product * axis);
            if (constant.DataLocation == DataLocation.Default)
            {
                Assert.Equal(length, constant.RawData.Length);
                Assert.Empty(constant.ExternalData);
                continue;
            }

            Dictionary<string, string> place = constant.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
            Assert.Equal("model.onnx.data", place["location"]);
            Assert.Equal(length, long.Parse(place["length"]));
            long offset = long.Parse(place["offset"]);
            Assert.Equal(0, offset % 4096);
            Assert.True(offset >= end, $"{constant.Name} begins inside another constant.");
            end = offset + length;
        }

        Assert.Equal(options.ExternalData == true, end > 0);
        if (end > 0)
            Assert.Equal(end, new FileInfo(File + ".data").Length);
    }
}
