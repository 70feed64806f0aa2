using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.Onnx;
using LiftPlus.Weights.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Weights;

/// <summary>Writes small ONNX files as exports do, and pieces of damaged ones.</summary>
internal static class OnnxFiles
{
    /// <summary>A vision transformer of a few kilobytes.</summary>
    public static readonly BackboneConfig Transformer = new()
    {
        Name = "ViT 6x2/3@6px",
        Image = new VisionTransformerConfig
        {
            ImageSize = 6,
            PatchSize = 3,
            Width = 6,
            Depth = 2,
            Heads = 2,
            HiddenSize = 50, // a kilobyte of weights, which may be in a second file
            LayerScale = true,
        },
        Preprocess = new PreprocessConfig { ImageSize = 6 },
    };

    /// <summary>A ResNet of a few kilobytes.</summary>
    public static readonly BackboneConfig ResNet = new()
    {
        Name = "ResNet 8@32px",
        Image = new ResNetConfig
        {
            ImageSize = 32,
            StemWidth = 2,
            Width = 1,
            Depths = new ResNetDepths(1, 1, 1, 1),
            Block = ResNetBlock.Basic,
        },
        Preprocess = new PreprocessConfig { ImageSize = 32 },
    };

    /// <summary>Writes the image tower of a backbone.</summary>
    public static void Write(BackboneConfig config, string path, OnnxWeights weights = OnnxWeights.Float32, bool isExternal = false)
    {
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = new(config);
        backbone.Initialize(1);
        using var graph = new OnnxGraph(18, weights);
        graph.NameAfter(backbone);
        int side = config.Image.ImageSize;
        string features = ((IOnnxModule)backbone.Image).Write(graph, graph.Input("images", OnnxType.Float, "batch", 3, side, side));
        graph.Output("features", features, "batch", config.Image.FeatureDimension);
        Dictionary<string, string> notes = new() { [OnnxNotes.Backbone] = BackboneJson.Write(config)! };
        new OnnxFile(path, graph, notes, "1.0", isExternal).Write(CancellationToken.None);
    }

    /// <summary>Builds a file from its constants.</summary>
    public static byte[] Model(params IEnumerable<Protobuf> constants)
    {
        var graph = new Protobuf();
        foreach (Protobuf constant in constants)
            graph.Message(OnnxFields.Initializer, constant);
        return Around(graph).Bytes.ToArray();
    }

    /// <summary>Builds a file around a graph.</summary>
    public static Protobuf Around(Protobuf graph) =>
        new Protobuf()
            .Integer(OnnxFields.FormatVersion, 8)
            .Text(OnnxFields.Producer, OnnxSource.Producer)
            .Message(OnnxFields.Metadata, OnnxMessages.Entry(OnnxNotes.Backbone, "{}"))
            .Message(OnnxFields.Graph, graph);

    /// <summary>Builds a constant of float32 values, whose data are zeros.</summary>
    public static Protobuf Constant(string name, long[] shape, int dataLength)
    {
        Protobuf constant = Header(name, shape);
        return constant.Text(OnnxFields.TensorBytes, new string('\0', dataLength));
    }

    /// <summary>Builds a constant of float32 values without data.</summary>
    public static Protobuf Header(string name, params long[] shape)
    {
        var constant = new Protobuf();
        foreach (long size in shape)
            constant.Integer(OnnxFields.TensorSize, size);
        return constant.Integer(OnnxFields.TensorType, (int)OnnxType.Float).Text(OnnxFields.TensorName, name);
    }

    /// <summary>Builds a constant whose data are in another file.</summary>
    public static Protobuf Elsewhere(string name, long[] shape, params (string Key, string Value)[] place)
    {
        Protobuf constant = Header(name, shape);
        foreach ((string key, string value) in place)
            constant.Message(OnnxFields.TensorPlace, OnnxMessages.Entry(key, value));
        return constant.Integer(OnnxFields.TensorIsElsewhere, 1);
    }
}
