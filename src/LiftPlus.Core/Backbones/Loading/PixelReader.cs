using System.Globalization;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Data;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Finds out what a network expects of its pixels, from every description beside the weights. The description of the library whose names
/// the weights have rules; whatever is assumed, contradicted or done otherwise is a remark.
/// </summary>
internal sealed class PixelReader(DescriptionReader reader)
{
    /// <summary>Gets whether neither description gave the values of pixels, so that the usual ones were taken.</summary>
    public bool IsAssumed { get; private set; }

    /// <summary>Reads the preprocessing of an image tower.</summary>
    /// <param name="image">The image tower, whose size rules.</param>
    /// <param name="usual">The values where no description gives them.</param>
    public PreprocessConfig Read(ImageEncoderConfig image, PreprocessConfig usual)
    {
        PixelDescription[] found = [.. Descriptions()];
        foreach ((string name, string value) in found.SelectMany(description => description.Settings))
            reader.ImageSettings.TryAdd(name, value);
        PixelDescription? ruling = found.FirstOrDefault(description => description.HasValues);
        (float[] mean, float[] std) = ruling?.Values(usual) ?? ([.. usual.Mean], [.. usual.Std]);
        if (std.Any(value => !(value > 0 && float.IsFinite(value))))
            reader.Problems.Add($"The standard deviations of the preprocessing are {List(std)}; they must be greater than 0.");
        reader.Problems.AddRange(ruling?.Refused ?? []);
        IsAssumed = ruling is null;
        RemarkAssumed(ruling, usual, mean, std);
        foreach (PixelDescription other in found.Where(other => other != ruling && other is { Mean: not null, Std: not null }))
            RemarkContradiction(ruling!, other, usual, mean, std);
        RemarkSize(found.FirstOrDefault(description => description.Side is not null), image.ImageSize);
        if (ruling?.Otherwise.Count > 0)
        {
            reader.Remarks.Add(
                $"{ruling.Name} prepares images with {string.Join(", ", ruling.Otherwise)}. LiftPlus "
                    + $"{new ImageResizing(ruling.Squash, ruling.Filter)}."
            );
        }

        return new PreprocessConfig
        {
            ImageSize = image.ImageSize,
            Mean = [.. mean],
            Std = [.. std],
            Squash = ruling?.Squash ?? usual.Squash,
            Filter = ruling?.Filter ?? usual.Filter,
        };
    }

    private IEnumerable<PixelDescription> Descriptions() =>
        new[]
        {
            (Naming: WeightNaming.HuggingFace, Read: (Func<DescriptionReader, IEnumerable<PixelDescription>>)TransformersPixels.Read),
            (WeightNaming.OpenAI, OpenClipPixels.Read),
            (WeightNaming.Timm, TimmPixels.Read),
        }
            .OrderByDescending(library => library.Naming == reader.Naming) // the others keep their order
            .SelectMany(library => library.Read(reader));

    private void RemarkAssumed(PixelDescription? ruling, PreprocessConfig usual, float[] mean, float[] std)
    {
        if (ruling is null && reader.File is not null)
            reader.Remarks.Add(
                $"No description beside the weights gives the values of pixels: {Describe(mean, std)} are assumed, and LiftPlus "
                    + $"{usual.Resizing}."
            );
        else if (ruling is { Mean: null } or { Std: null })
            reader.Remarks.Add($"{ruling.Name} does not give both mean and standard deviation: {Describe(mean, std)} are used.");
    }

    private void RemarkContradiction(PixelDescription ruling, PixelDescription other, PreprocessConfig usual, float[] mean, float[] std)
    {
        (float[] otherMean, float[] otherStd) = other.Values(usual);
        if (!mean.SequenceEqual(otherMean) || !std.SequenceEqual(otherStd))
        {
            reader.Remarks.Add(
                $"{other.Name} says {Describe(otherMean, otherStd)}, but {ruling.Name} says {Describe(mean, std)}, which are used."
            );
        }
    }

    private void RemarkSize(PixelDescription? description, int size)
    {
        if (!reader.AsksForImageSize && description?.Side is int side && side != size)
        {
            reader.Remarks.Add(
                $"{description.Place.Path} cuts images to {side} pixels, but the position embedding is for {size}, which is used; "
                    + $"{nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.ImageSize)} = {side} would resample it."
            );
        }
    }

    /// <summary>Describes values for a remark.</summary>
    public static string Describe(IEnumerable<float> mean, IEnumerable<float> std) =>
        $"mean {List(mean)} and standard deviation {List(std)}";

    private static string List(IEnumerable<float> values) =>
        string.Join(' ', values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)));
}
