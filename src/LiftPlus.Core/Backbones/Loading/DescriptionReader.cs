using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Gives a family what it reads an architecture from: the sizes of the tensors, and the description beside the weights. Where both state
/// the same size they must agree; every contradiction is collected.
/// </summary>
internal sealed class DescriptionReader(TensorSizes sizes, BackboneFiles files, JsonFile? file, WeightNaming naming, bool asksForImageSize)
{
    private const int LargestImage = 1 << 13;

    /// <summary>Gets the library whose description rules.</summary>
    public WeightNaming Naming { get; } = naming;

    /// <summary>Gets the sizes of the tensors.</summary>
    public TensorSizes Sizes { get; } = sizes;

    /// <summary>Gets the description; null if there is none.</summary>
    public JsonFile? File { get; } = file;

    /// <summary>Gets whether the caller asks for images of a certain size, so that no remark about another size is needed.</summary>
    public bool AsksForImageSize { get; } = asksForImageSize;

    /// <summary>Gets or sets the activation that the named architecture has; null if its form decides what is usual.</summary>
    public Activation? UsualActivation { get; set; }

    /// <summary>Gets what makes the weights unusable.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Gets what was assumed or overruled.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Gets what the descriptions say about preparing images besides size, mean and deviation, as JSON by name.</summary>
    public SortedDictionary<string, string> ImageSettings { get; } = new(StringComparer.Ordinal);

    /// <summary>Opens another description beside the weights; null if there is none.</summary>
    public JsonFile? Beside(string name) => files.Description(name);

    /// <summary>Requires that a size in the description, if it is there, is the tensors' own.</summary>
    public void Agree(JsonFile? place, string name, int actual)
    {
        if (place is not null && !place.IsList(name) && place.Size(name) is int said && said != actual)
            Problems.Add($"'{name}' is {said} in {place.Path}, but the tensors say {actual}.");
    }

    /// <summary>Requires that a flag in the description, if it is there, is what the tensors show.</summary>
    public void Agree(JsonFile? place, string name, bool actual)
    {
        if (place?.Flag(name) is bool said && said != actual)
            Problems.Add($"'{name}' is {(said ? "true" : "false")} in {place.Path}, but the tensors say otherwise.");
    }

    /// <summary>
    /// Takes the image size from the description. The tensors give the number of patches; an image may be a little larger than all of them.
    /// </summary>
    public VisionTransformerConfig WithImageSize(JsonFile? place, VisionTransformerConfig image, string name = "image_size")
    {
        if (place is null || place.IsList(name) || place.Size(name) is not int said)
            return image;
        bool isFree = image is { PositionRows: PositionRows.None, HasRelativePositions: false }; // no tensor depends on the size
        if (isFree ? said >= image.PatchSize && said <= LargestImage : said / image.PatchSize == image.ImageSize / image.PatchSize)
            return image with { ImageSize = said };
        string expected = isFree ? $"images have {image.PatchSize} to {LargestImage} pixels" : $"the tensors say {image.ImageSize}";
        Problems.Add($"'{name}' is {said} in {place.Path}, but {expected}.");
        return image;
    }

    /// <summary>Refuses a description that has a text of this name.</summary>
    public void Refuse(JsonFile? place, string name)
    {
        if (place?.Text(name) is string value)
            Problems.Add($"'{name}' is '{MessageText.Shorten(value)}' in {place.Path}; such towers are not supported.");
    }

    /// <summary>Refuses a description in which a flag is set.</summary>
    public void RefuseFlag(JsonFile? place, string name)
    {
        if (place?.Flag(name) == true)
            Problems.Add($"'{name}' is true in {place.Path}; such towers are not supported.");
    }

    /// <summary>Refuses a description in which a text has any other value.</summary>
    public void RequireText(JsonFile? place, string name, string only)
    {
        if (place?.Text(name) is string value && value != only)
            Problems.Add($"'{name}' is '{MessageText.Shorten(value)}' in {place.Path}; only '{only}' is supported.");
    }

    /// <summary>Refuses a description in which a text is none of the known values.</summary>
    public void RequireOneOf(JsonFile? place, string name, params ReadOnlySpan<string> known)
    {
        if (place?.Text(name) is string value && !known.Contains(value))
            Problems.Add(
                $"'{name}' is '{MessageText.Shorten(value)}' in {place.Path}; with these names of tensors only {Quoted(known)} are "
                    + "supported."
            );
    }

    private static string Quoted(ReadOnlySpan<string> names) => string.Join(", ", names.ToArray().Select(name => $"'{name}'"));

    /// <summary>Gets whether no description gives the values of pixels, so that the usual ones were taken.</summary>
    public bool AssumesPixels { get; private set; }

    /// <summary>Puts a backbone of two towers together, with the projections that the tensors show.</summary>
    public BackboneConfig Join(ImageEncoderConfig image, TextTransformerConfig text, PreprocessConfig preprocess) =>
        new()
        {
            Name = "",
            Image = image,
            Text = text,
            EmbedDimension = Sizes.EmbedDimension(),
            ImageProjection = image.FeatureIsEmbedding ? ProjectionKind.Matrix : Sizes.Projection("image_projection"),
            TextProjection = Sizes.Projection("text_projection"),
            HasLogitBias = Sizes.Has("logit_bias"),
            Preprocess = preprocess,
        };

    /// <summary>Reads what the network expects of its pixels.</summary>
    /// <param name="image">The image tower, whose size rules.</param>
    /// <param name="usual">The values where no description gives them.</param>
    public PreprocessConfig Preprocess(ImageEncoderConfig image, PreprocessConfig usual)
    {
        PixelReader pixels = new(this);
        PreprocessConfig config = pixels.Read(image, usual);
        AssumesPixels = pixels.IsAssumed;
        return config;
    }
}
