using System.Text.Json;

namespace LiftPlus.Decisions;

/// <summary>Writes the names and labels of training images as JSON, and reads them.</summary>
internal static class TrainingImagesJson
{
    private const int MostNameLength = 4096;

    public static string Write(TrainingImages images) =>
        JsonSerializer.Serialize(
            new TrainingImagesFile
            {
                SchemaVersion = TrainingImagesFile.CurrentSchema,
                Names = images.Names,
                Labels = images.Labels,
            },
            PolicyJsonContext.Default.TrainingImagesFile
        );

    /// <summary>Reads the names and labels of images.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="arrays">The arrays of the policy, which have the features (M, D) of the images.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="width">The number of features D.</param>
    /// <exception cref="LiftPlusException">The text is not about these images; the message says where and why.</exception>
    public static TrainingImages Read(
        ReadOnlySpan<byte> utf8,
        string place,
        IReadOnlyDictionary<string, Rows> arrays,
        int classes,
        int width
    ) => PolicyJson.Checked(utf8, place, PolicyJsonContext.Default.TrainingImagesFile, file =>
        {
            PolicyJson.CheckSchema(file.SchemaVersion, TrainingImagesFile.CurrentSchema);
            Rows features = PolicyCheck.Find(arrays, TrainingImages.FeaturesName, rows: null, width);
            CheckLength("names", file.Names.IsDefault ? 0 : file.Names.Length);
            CheckLength("labels", file.Labels.IsDefault ? 0 : file.Labels.Length);
            foreach ((int image, int label) in file.Labels.Index())
            {
                if (label < 0 || label >= classes)
                    throw new LiftPlusException($"labels[{image}] is {label}; the model has {classes} classes, from 0 on");
                if (file.Names[image] is not { Length: <= MostNameLength })
                    throw new LiftPlusException($"names[{image}] is null or has more than {MostNameLength} characters");
            }

            return new TrainingImages(features, file.Names, file.Labels);

            void CheckLength(string name, int length)
            {
                if (length != features.Count)
                    throw new LiftPlusException($"{name} has {length} entries, and there are features of {features.Count} images");
            }
        });
}
