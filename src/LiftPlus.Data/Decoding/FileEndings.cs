using LiftPlus.Messages;

namespace LiftPlus.Data;

/// <summary>Represents the endings of the names of image files: those that a decoder reads.</summary>
internal sealed class FileEndings
{
    /// <summary>The endings of JPEG, PNG, WebP, BMP and GIF files.</summary>
    public static readonly IReadOnlyCollection<string> Usual =
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".pjpeg",
        ".pjp",
        ".png",
        ".webp",
        ".bmp",
        ".dib",
        ".gif",
    ];

    private readonly HashSet<string> _endings;

    /// <param name="decoder">The decoder; null for the usual endings.</param>
    /// <exception cref="LiftPlusException">The decoder gives no ending, or one that does not begin with a dot.</exception>
    public FileEndings(IImageDecoder? decoder)
    {
        IReadOnlyCollection<string> endings = decoder?.FileExtensions ?? Usual;
        if (endings.Count == 0 || endings.Any(ending => ending is not ['.', _, ..]))
            throw new LiftPlusException(
                $"{decoder?.GetType().Name}.{nameof(IImageDecoder.FileExtensions)} is [{string.Join(", ", endings)}]; "
                    + "give endings such as '.jpg', at least one."
            );
        _endings = new HashSet<string>(endings, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Returns whether a name has one of the endings.</summary>
    public bool Contains(string name) => _endings.Contains(Path.GetExtension(name));

    /// <summary>Returns the endings, for a message.</summary>
    public override string ToString() => MessageText.First(_endings, 20, " ");
}
