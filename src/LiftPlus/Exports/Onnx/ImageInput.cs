using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Inference;
using LiftPlus.Onnx;
using LiftPlus.Weights.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Exports;

/// <summary>Adds the input of images to a graph, and what prepares them.</summary>
internal sealed class ImageInput(OnnxGraph graph, BackboneConfig backbone, InferenceOptions inference)
{
    public const string Name = "images",
        Batch = "batch";

    private const double CubicShape = -0.5; // of Pillow's filter
    private const long MirroredEnd = long.MinValue;

    private readonly TransformPipeline _transform = InferenceLoader.Transform(backbone.Preprocess, inference);

    /// <summary>Gets the number of crops of each image.</summary>
    public int Views => _transform.Views;

    private int Side => backbone.Preprocess.ImageSize;

    /// <summary>Adds prepared images (N, 3, R, R) or crops (N, V, 3, R, R) as the input; the result is (N V, 3, R, R).</summary>
    public string Prepared() =>
        Views == 1
            ? graph.Input(Name, OnnxType.Float, Batch, backbone.Image.Channels, Side, Side)
            : Flatten(graph.Input(Name, OnnxType.Float, Batch, Views, backbone.Image.Channels, Side, Side));

    /// <summary>Adds pixels (N, H, W, 3) as the input, and resizing, cropping and normalization; the result is (N V, 3, R, R).</summary>
    public string Pixels()
    {
        if (backbone.Image.Channels != 3)
            graph.Refusals.Add($"pixels have 3 channels, and {backbone.Name} takes {backbone.Image.Channels} (Preprocessing)");
        string pixels = graph.Transpose(graph.Input(Name, OnnxType.UInt8, Batch, "height", "width", 3), 0, 3, 1, 2);
        string crops = Crops(Resized(pixels));
        PixelNormalizer normalizer = new(backbone.Preprocess.Mean, backbone.Preprocess.Std);
        string numbers = graph.Apply("Cast", [crops], ("to", (long)OnnxType.Float));
        string scaled = graph.Binary("Mul", numbers, PerChannel(normalizer.Scale));
        return graph.Binary("Add", scaled, PerChannel(normalizer.Shift));
    }

    private string Flatten(string crops) => graph.Reshape(crops, -1, backbone.Image.Channels, Side, Side);

    private string PerChannel(ReadOnlySpan<float> values) => graph.Constant(tensor(values.ToArray()).view(3, 1, 1));

    // The filter works on bytes, as Pillow's does. All four sizes are given: ONNX Runtime moves the axes of a linear filter, and would not
    // move a list of two axes with them.
    private string Resized(string pixels)
    {
        var resize = (Resize)_transform.Transforms[0];
        string sides = resize.Squash ? graph.Constant(resize.ShortSide, resize.ShortSide) : InProportion(pixels, resize);
        string sizes = graph.Concat(0, [graph.Apply("Shape", [pixels], ("start", 0), ("end", 2)), sides]);
        (string, object)[] filter =
            resize.Filter == ResizeFilter.Bilinear ? [("mode", "linear")] : [("mode", "cubic"), ("cubic_coeff_a", (float)CubicShape)];
        return graph.Apply(
            "Resize",
            [pixels, "", "", sizes],
            [("antialias", 1), ("exclude_outside", 1), ("coordinate_transformation_mode", "half_pixel"), .. filter]
        );
    }

    // The short side gets its length, and the long one follows, rounded down.
    private string InProportion(string pixels, Resize resize)
    {
        string size = graph.Apply("Shape", [pixels], ("start", 2), ("end", 4));
        string shorter = graph.Apply("ReduceMin", [size, graph.Constant(0L)], ("keepdims", 1));
        return graph.Binary("Div", graph.Binary("Mul", size, graph.Constant((long)resize.ShortSide)), shorter);
    }

    private string Crops(string image)
    {
        string margin = graph.Binary("Sub", graph.Apply("Shape", [image], ("start", 2), ("end", 4)), graph.Constant(Side));
        if (Views == 1)
            return Crop(image, Middle(margin));
        List<string> crops = [.. FiveCrops(image, margin)];
        if (_transform.Transforms[^1] is TenCrop)
            crops.AddRange(FiveCrops(Mirrored(image), margin));
        string[] views = [.. crops.Select(crop => graph.Apply("Unsqueeze", [crop, graph.Constant(1L)]))];
        return Flatten(graph.Concat(1, views));
    }

    private string[] FiveCrops(string image, string margin)
    {
        string[] corners =
        [
            graph.Constant(0, 0),
            graph.Binary("Mul", margin, graph.Constant(0, 1)), // top right
            graph.Binary("Mul", margin, graph.Constant(1, 0)), // bottom left
            margin,
            Middle(margin),
        ];
        return [.. corners.Select(corner => Crop(image, corner))];
    }

    // Half of the margin, rounded to even.
    private string Middle(string margin)
    {
        string two = graph.Constant(2L);
        string odd = graph.Apply("Mod", [graph.Binary("Div", margin, two), two]);
        return graph.Binary("Div", graph.Binary("Add", margin, odd), two);
    }

    private string Crop(string image, string corner) =>
        graph.Apply("Slice", [image, corner, graph.Binary("Add", corner, graph.Constant(Side)), graph.Constant(2, 3)]);

    private string Mirrored(string image) =>
        graph.Apply("Slice", [image, graph.Constant(-1L), graph.Constant(MirroredEnd), graph.Constant(3L), graph.Constant(-1L)]);
}
