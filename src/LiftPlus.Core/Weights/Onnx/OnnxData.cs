using LiftPlus.Files;
using LiftPlus.Messages;

namespace LiftPlus.Weights.Onnx;

/// <summary>Opens the second file of an ONNX model, which has the data of its large constants.</summary>
internal static class OnnxData
{
    private static readonly char[] s_forbidden = ['/', '\\', ':', '\0']; // on every system, whichever wrote the file

    /// <summary>Opens the file that constants name; null if their data are all inside the first.</summary>
    /// <exception cref="WeightFileException">
    /// They name several files or one in another folder, or the file cannot be opened.
    /// </exception>
    public static SourceFile? Open(string path, IEnumerable<OnnxTensor> tensors)
    {
        string[] names = [.. tensors.Select(tensor => tensor.Location).OfType<string>().Distinct().Take(2)];
        if (names.Length == 0)
            return null;
        if (names.Length > 1)
            throw new WeightFileException(
                path,
                $"its data are in several files, among them '{MessageText.Shorten(names[0])}' and '{MessageText.Shorten(names[1])}'. "
                    + "LiftPlus writes one; fetch the file again."
            );
        string name = names[0];
        if (name is "." or ".." || name != Path.GetFileName(name) || name.IndexOfAny(s_forbidden) >= 0)
            throw new WeightFileException(
                path,
                $"its data are in '{MessageText.Shorten(name)}'; only a file of the same folder is read. Put it beside the model."
            );
        string data = Path.Combine(FolderOf(Path.GetFullPath(path)), name);
        if (LeavesFolder(path, data))
            throw new WeightFileException(
                path,
                $"'{name}', which has its data, is a link to a file in another folder. Put the file itself beside the model."
            );
        return new SourceFile(data);
    }

    // A cache may keep all files elsewhere and link to each of them: then both targets are in the same folder.
    private static bool LeavesFolder(string path, string data) =>
        Target(data) is string target && FolderOf(target) != FolderOf(data) && FolderOf(target) != FolderOf(Target(path) ?? data);

    private static string? Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null; // opening it will say why
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path)!;
}
