using System.Formats.Tar;
using LiftPlus.Data;

namespace LiftPlus.Experiments.RealFoundation;

/// <summary>Provides caltech60-lt: photographs of 60 classes with 300 to 3 training images.</summary>
internal static class Photographs
{
    private const string Name = "caltech60-lt";

    /// <summary>Unpacks the archive, unless that was done before, and lists its images.</summary>
    /// <param name="archive">The tar file.</param>
    /// <param name="folder">The folder to unpack it in.</param>
    public static (ImageDataset Train, ImageDataset Test) Read(string archive, string folder)
    {
        string root = Path.Combine(folder, Name);
        if (!Directory.Exists(root))
        {
            string temporary = Directory.CreateDirectory(Path.Combine(folder, $"{Name}.{Guid.NewGuid():N}")).FullName;
            TarFile.ExtractToDirectory(archive, temporary, overwriteFiles: false);
            Directory.Move(Path.Combine(temporary, Name), root);
            Directory.Delete(temporary);
        }

        IReadOnlyList<string> names = ImageDataset.ReadClassNames(Path.Combine(root, "classnames.txt"));
        return (
            ImageDataset.FromList(Path.Combine(root, "train_lt_if100.txt"), null, names),
            ImageDataset.FromList(Path.Combine(root, "test.txt"), null, names)
        );
    }

    /// <summary>Returns the first images of each class.</summary>
    public static ImageDataset AtMost(this ImageDataset images, int count)
    {
        int[] taken = new int[images.ClassNames.Count];
        return images.Where(image => taken[image.Label]++ < count);
    }
}
