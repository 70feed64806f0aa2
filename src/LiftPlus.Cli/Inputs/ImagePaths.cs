using System.IO.Enumeration;

namespace LiftPlus.Cli.Inputs;

/// <summary>Finds the images that a command line names.</summary>
internal static class ImagePaths
{
    /// <summary>The name that stands for the standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Lists files in order: a file itself, the images of a folder and its subfolders, the lines of the standard input.</summary>
    /// <exception cref="LiftPlusException">A place does not exist, or a folder has no image.</exception>
    public static string[] Find(IEnumerable<string> places, TextReader input) => [.. places.SelectMany(place => Find(place, input))];

    private static IEnumerable<string> Find(string place, TextReader input)
    {
        if (place == StandardInput)
            return Lines(input);
        if (File.Exists(place))
            return [place];
        if (!Directory.Exists(place))
            throw new LiftPlusException($"There is no file or folder '{place}'.");
        string[] images = [.. Images(place).Order(StringComparer.Ordinal)];
        return images.Length > 0 ? images : throw new LiftPlusException($"The folder '{place}' has no image.");
    }

    // Links to folders are passed over: they can lead in circles.
    private static FileSystemEnumerable<string> Images(string folder)
    {
        IImageDecoder decoder = new SkiaImageDecoder();
        HashSet<string> endings = new(decoder.FileExtensions, StringComparer.OrdinalIgnoreCase);
        return new FileSystemEnumerable<string>(
            folder,
            (ref entry) => entry.ToSpecifiedFullPath(),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false }
        )
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && endings.Contains(Path.GetExtension(entry.FileName).ToString()),
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
    }

    private static IEnumerable<string> Lines(TextReader input)
    {
        while (input.ReadLine() is string line)
        {
            if (line.Length > 0)
                yield return line;
        }
    }
}
