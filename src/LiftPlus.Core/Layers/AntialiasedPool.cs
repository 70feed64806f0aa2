using LiftPlus.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Halves an image of features (B, C, H, W) without aliasing (arXiv 1904.11486), as timm's resnetaa and resnetblur do.</summary>
internal static class AntialiasedPool
{
    private static readonly float[] s_filter = [1, 2, 1, 2, 4, 2, 1, 2, 1];
    private const float FilterSum = 16;

    public static Tensor Halve(this Antialiasing kind, Tensor x) =>
        kind switch
        {
            Antialiasing.None => x,
            Antialiasing.Mean => nn.functional.avg_pool2d(x, 2, 2),
            _ => nn.functional.conv2d(
                nn.functional.pad(x, [1, 1, 1, 1], PaddingModes.Reflect),
                Filter(x.shape[1]).to(x.dtype).to(x.device),
                strides: [2, 2],
                groups: x.shape[1]
            ),
        };

    public static string Halve(this Antialiasing kind, OnnxGraph graph, string x, long channels) =>
        kind switch
        {
            Antialiasing.None => x,
            Antialiasing.Mean => graph.Apply("AveragePool", [x], ("kernel_shape", new[] { 2L, 2 }), ("strides", new[] { 2L, 2 })),
            _ => graph.Apply(
                "Conv",
                [
                    graph.Apply("Pad", [x, graph.Constant(0, 0, 1, 1, 0, 0, 1, 1)], ("mode", "reflect")),
                    graph.Constant([channels, 1, 3, 3], () => Filter(channels)),
                ],
                ("strides", new[] { 2L, 2 }),
                ("group", channels)
            ),
        };

    private static Tensor Filter(long channels) => // (C, 1, 3, 3)
        tensor([.. s_filter.Select(value => value / FilterSum)], [1, 1, 3, 3]).expand(channels, -1, -1, -1).contiguous();
}
