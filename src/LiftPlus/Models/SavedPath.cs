namespace LiftPlus.Models;

/// <summary>Represents the place of a backbone or vocabulary that is not part of a model folder, in two ways.</summary>
/// <param name="Absolute">The full path when the model was made.</param>
/// <param name="Relative">The path from the model folder.</param>
internal sealed record SavedPath(string Absolute, string Relative)
{
    /// <summary>Returns how a model folder names a path; null for null.</summary>
    public static SavedPath? From(string? absolute, string folder) =>
        absolute is null ? null : new SavedPath(absolute, Path.GetRelativePath(Path.GetFullPath(folder), absolute).Replace('\\', '/'));

    /// <summary>
    /// Finds what a recipe names: where it was, where it lies as seen from the model folder, and by its name in the working folder and the
    /// model folder. Returns null, with the paths that were tried, if it is nowhere.
    /// </summary>
    /// <param name="name">The path in the recipe.</param>
    /// <param name="saved">The places; null in files of earlier versions.</param>
    /// <param name="file">The file that names it, in the model folder.</param>
    /// <param name="tried">Receives the full paths that were tried.</param>
    /// <exception cref="LiftPlusException">A path leads to another computer.</exception>
    public static string? Find(string name, SavedPath? saved, string file, out IReadOnlyList<string> tried)
    {
        string model = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string[] places = saved is null ? [name] : [saved.Absolute, saved.Relative, name];
        foreach (string place in places)
            NetworkPath.Refuse(place, file);
        tried =
        [
            .. new[] { Full(saved?.Absolute), Full(saved?.Relative, model), Full(name), Full(name, model) }.OfType<string>().Distinct(),
        ];
        return tried.FirstOrDefault(Path.Exists);
    }

    /// <summary>Returns the full path of a text, from the working folder or another one; null if .NET takes it for no path.</summary>
    public static string? Full(string? text, string folder = "") =>
        string.IsNullOrEmpty(text) || text.Contains('\0', StringComparison.Ordinal) ? null : Path.GetFullPath(Path.Combine(folder, text));
}
