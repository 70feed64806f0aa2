using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Gives a family what it reads an architecture from: the sizes of the tensors, and the description beside the weights. Where both state
/// the same size they must agree; every contradiction is collected.
/// </summary>
internal sealed class DescriptionReader(TensorSizes sizes, BackboneFiles files, JsonFile? file, bool asksForImageSize)
{
    /// <summary>Gets the sizes of the tensors.</summary>
    public TensorSizes Sizes { get; } = sizes;

    /// <summary>Gets the description; null if there is none.</summary>
    public JsonFile? File { get; } = file;

    /// <summary>Gets whether the caller asks for images of a certain size, so that no remark about another size is needed.</summary>
    public bool AsksForImageSize { get; } = asksForImageSize;

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

    /// <summary>
    /// Takes the image size from the description. The tensors give the number of patches; an image may be a little larger than all of them.
    /// </summary>
    public VisionTransformerConfig WithImageSize(JsonFile? place, VisionTransformerConfig image, string name = "image_size")
    {
        if (place is null || place.IsList(name) || place.Size(name) is not int said)
            return image;
        if (said / image.PatchSize == image.ImageSize / image.PatchSize)
            return image with { ImageSize = said };
        Problems.Add($"'{name}' is {said} in {place.Path}, but the tensors say {image.ImageSize}.");
        return image;
    }

    /// <summary>
    /// Keeps settings of the images that the library of the description applies and LiftPlus does not, so that a changed description is
    /// noticed.
    /// </summary>
    /// <param name="place">The description.</param>
    /// <param name="form">Its name, because descriptions of different libraries have settings of the same name.</param>
    /// <param name="names">The names of the settings.</param>
    public void KeepImageSettings(JsonFile? place, string form, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (place?.Json(name) is string value)
                ImageSettings[$"{form}.{name}"] = value;
        }
    }

    /// <summary>Refuses a description that has a text of this name.</summary>
    public void Refuse(JsonFile? place, string name)
    {
        if (place?.Text(name) is string value)
            Problems.Add($"'{name}' is '{value}' in {place.Path}; such towers are not supported.");
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
            Problems.Add($"'{name}' is '{value}' in {place.Path}; only '{only}' is supported.");
    }

    /// <summary>Creates the preprocessing for the size of the architecture, from what the description says and what is usual.</summary>
    public PreprocessConfig Preprocess(ImageEncoderConfig image, float[]? mean, float[]? std, PreprocessConfig usual)
    {
        if (std?.Any(value => value <= 0) == true)
            Problems.Add($"The standard deviations of the preprocessing are {string.Join(", ", std)}; they must be greater than 0.");
        return new PreprocessConfig
        {
            ImageSize = image.ImageSize,
            Mean = mean is null ? usual.Mean : [.. mean],
            Std = std is null ? usual.Std : [.. std],
        };
    }
}
