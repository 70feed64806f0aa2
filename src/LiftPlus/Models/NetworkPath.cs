using System.Text.RegularExpressions;
using LiftPlus.Messages;

namespace LiftPlus.Models;

/// <summary>Recognizes paths that lead to another computer. Opening one sends the user's credentials there on Windows.</summary>
internal static partial class NetworkPath
{
    /// <summary>
    /// Returns whether a path is a share (<c>\\server\share</c>), a device path (<c>\\?\</c>) or an address (<c>http://</c>).
    /// </summary>
    public static bool IsOne(string path) => Pattern().IsMatch(path);

    /// <param name="path">The path.</param>
    /// <param name="file">The file that names it.</param>
    /// <exception cref="LiftPlusException">The path leads to another computer.</exception>
    public static void Refuse(string path, string file)
    {
        if (IsOne(path))
            throw new LiftPlusException(
                $"{file} names '{MessageText.Shorten(path)}', a network path or address. "
                    + "LiftPlus does not open what a model folder names on other computers. If you trust it, pass the backbone's path in "
                    + $"{nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)}; put a vocabulary beside the weights and set "
                    + "BackboneOptions.VocabularyFolder in the file to null."
            );
    }

    // Windows takes both slashes, and \??\ as \\?\. A single letter before the colon is a drive.
    [GeneratedRegex(@"^\s*([\\/]{2}|[\\/]\?\?[\\/]|[A-Za-z][A-Za-z0-9+.-]+:[\\/])")]
    private static partial Regex Pattern();
}
