using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus.Evaluation;

/// <summary>Names the images of a test set in a report by their paths relative to the folder that contains them all.</summary>
internal static class ImageNames
{
    public static ImmutableArray<string> From(ImageDataset dataset)
    {
        string first = dataset[0].Name;
        int shared = LastSeparator(first, first.Length);
        foreach (LabeledImage image in dataset)
        {
            int same = image.Name.AsSpan().CommonPrefixLength(first.AsSpan(0, shared));
            if (same < shared)
                shared = LastSeparator(first, same);
        }

        return [.. dataset.Select(image => Relative(image.Name[shared..]))];
    }

    // The length of what ends in the last separator before a place.
    private static int LastSeparator(string path, int before) => path.AsSpan(0, before).LastIndexOfAny('/', '\\') + 1;

    // Several drives share no folder: then the file and its folder are name enough.
    private static string Relative(string path) => Path.IsPathRooted(path) ? string.Join('/', path.Split('/', '\\')[^2..]) : path;
}
