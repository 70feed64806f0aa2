namespace LiftPlus.Models;

/// <summary>Compares what a model folder records with what is there when it is loaded.</summary>
internal static class SavedModelCheck
{
    private const int PublishedImageSize = 224; // where the margin of an ensemble has always been the same

    /// <summary>Compares the backbone, and returns what an earlier version did not save.</summary>
    /// <exception cref="LiftPlusException">It is another one; every difference is listed.</exception>
    public static IEnumerable<string> CompareBackbone(SavedDescription saved, Backbone backbone, BackboneIdentity identity)
    {
        BackboneIdentity then = saved.Manifest.Backbone;
        string[] differences = [.. then.Differences(identity, $"in {Path.GetFileName(saved.File)}")];
        if (differences.Length > 0)
        {
            throw new LiftPlusException(
                $"{saved.Owner} was trained on {Describe(then)}, but {backbone.WeightsPath ?? "the backbone made in code"} is "
                    + $"{Describe(identity)}. What differs:"
                    + string.Concat(differences.Select(line => $"{Environment.NewLine}  {line}"))
                    + $"{Environment.NewLine}Set {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)} to the backbone it was "
                    + "trained on, or restore its files."
            );
        }

        string[] unknown = [.. then.Unknown(identity)];
        if (unknown.Length > 0)
            yield return $"{saved.Owner} was written by LiftPlus {saved.Manifest.LibraryVersion} and does not record all of its backbone, "
                + $"so these could not be compared: {string.Join(", ", unknown)}. Save the model again to record them.";
    }

    /// <summary>Compares the decoder. Another one that the caller chose, or another scale, is a remark.</summary>
    /// <exception cref="LiftPlusException">The caller chose none, and the model was trained with another type than the default.</exception>
    public static IEnumerable<string> CompareDecoder(SavedDescription saved, IImageDecoder? chosen)
    {
        string now = chosen is null ? DecoderName.Default : DecoderName.Of(chosen);
        if (saved.Manifest.Decoder is not string then || then == now)
            return [];
        return chosen is not null || DecoderName.TypeIn(then) == DecoderName.TypeIn(now)
            ? [$"{saved.Owner} was trained with the decoder {then}; {now} is used, whose pixels may differ."]
            : throw new LiftPlusException(
                $"Decoder: {then} in {saved.File}, {now} now. Set {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.Decoder)} to the decoder of the training, or to another one if its pixels will do."
            );
    }

    /// <summary>
    /// Returns a remark about a model of the versions that enlarged by 24 pixels at every size; they do not record their files.
    /// </summary>
    public static IEnumerable<string> RemarkOnEnsemble(string folder, SavedModelManifest manifest)
    {
        int size = manifest.Backbone.Preprocess.ImageSize;
        return manifest.Files is null && size != PublishedImageSize && manifest.Recipe.Inference is { TestTimeEnsemble: true, Expand: null }
            ?
            [
                $"{folder} was written by LiftPlus {manifest.LibraryVersion}, which enlarged images by 24 pixels for its ensemble. The "
                    + $"margin is now in proportion to the image ({size} pixels). Set Inference.Expand to 24 for the earlier results.",
            ]
            : [];
    }

    private static string Describe(BackboneIdentity backbone) =>
        $"{backbone.Name} (SHA-256 {backbone.Sha256[..Math.Min(12, backbone.Sha256.Length)]}..., "
        + $"{backbone.Activation?.ToString() ?? "ReLU"}, {backbone.Preprocess.ImageSize} pixels, "
        + $"mean {string.Join(' ', backbone.Preprocess.Mean)}, deviation {string.Join(' ', backbone.Preprocess.Std)})";
}
