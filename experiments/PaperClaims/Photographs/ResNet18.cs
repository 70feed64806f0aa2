using System.Reflection;
using System.Text.Json;
using LiftPlus.Weights;
using Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Reads the ResNet-18 of the package Microsoft.ML.DnnImageFeaturizer.ResNet18, trained on ImageNet, and writes it as a backbone with
/// timm's names. CNTK's names mean nothing, so tensors are known by their places in the graph.
/// </summary>
internal static class ResNet18
{
    private static readonly float[] s_mean = [0.482948f, 0.454521f, 0.404167f]; // of the package's mean image, R, G, B

    private const float Std = 1f / 255; // the network expects bytes minus the mean image

    /// <summary>Gets the path of the network in the package.</summary>
    public static string PackageFile =>
        typeof(ResNet18).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "FoundationFile").Value!;

    /// <summary>Writes the backbone as a folder that <see cref="Backbone.Load"/> reads.</summary>
    /// <param name="onnx">The network of the package.</param>
    /// <param name="folder">The folder, which is created.</param>
    /// <param name="imageSize">The side of its input in pixels. It was trained with 224; less saves time.</param>
    public static void Write(string onnx, string folder, int imageSize = 224)
    {
        using FileStream stream = File.OpenRead(onnx);
        GraphProto graph = ModelProto.Parser.ParseFrom(stream).Graph;
        using DisposeScope scope = NewDisposeScope();
        (Dictionary<string, Tensor> tensors, int[] depths) = ReadTensors(graph);
        Directory.CreateDirectory(folder);
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), tensors);
        object description = new
        {
            architecture = "resnet18",
            global_pool = "avg",
            model_args = new { layers = depths },
            pretrained_cfg = new
            {
                input_size = new[] { 3, imageSize, imageSize },
                interpolation = "bicubic",
                mean = s_mean,
                std = new[] { Std, Std, Std },
            },
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(description));
    }

    // A pooling ends the stem, and a sum each block: two convolutions of 3x3, and one of 1x1 if the shortcut has one.
    private static (Dictionary<string, Tensor> Tensors, int[] Depths) ReadTensors(GraphProto graph)
    {
        Dictionary<string, TensorProto> constants = graph.Initializer.ToDictionary(constant => constant.Name);
        Dictionary<string, Tensor> tensors = [];
        int[] depths = new int[4];
        int stage = -1;
        List<NodeProto> convolutions = [];
        foreach (NodeProto node in graph.Node)
        {
            switch (node.OpType)
            {
                case "Conv":
                    convolutions.Add(node);
                    break;
                case "MaxPool":
                    Add("conv1", "bn1", convolutions.Single());
                    tensors["conv1.weight"] = tensors["conv1.weight"].flip(1); // blue, green, red
                    convolutions.Clear();
                    break;
                case "Add":
                    NodeProto[] main = [.. convolutions.Where(convolution => Numbers(convolution, "kernel_shape")[0] == 3)];
                    if (stage < 0 || Numbers(main[0], "strides")[0] == 2)
                        stage++;
                    string block = $"layer{stage + 1}.{depths[stage]++}.";
                    Add(block + "conv1", block + "bn1", main[0]);
                    Add(block + "conv2", block + "bn2", main[1]);
                    if (convolutions.Except(main).SingleOrDefault() is NodeProto shortcut)
                        Add(block + "downsample.0", block + "downsample.1", shortcut);
                    convolutions.Clear();
                    break;
            }
        }

        return (tensors, depths);

        void Add(string name, string normalization, NodeProto convolution)
        {
            tensors[name + ".weight"] = Values(convolution.Input[1]);
            NodeProto after = graph.Node.Single(node => node.OpType == "BatchNormalization" && node.Input[0] == convolution.Output[0]);
            string[] parts = ["weight", "bias", "running_mean", "running_var"];
            foreach ((string part, string constant) in parts.Zip(after.Input.Skip(1)))
                tensors[$"{normalization}.{part}"] = Values(constant);
            tensors[normalization + ".num_batches_tracked"] = tensor(0L);
        }

        Tensor Values(string constant) => tensor(constants[constant].FloatData.ToArray()).view([.. constants[constant].Dims]);
    }

    private static IReadOnlyList<long> Numbers(NodeProto node, string attribute) =>
        node.Attribute.Single(candidate => candidate.Name == attribute).Ints;
}
