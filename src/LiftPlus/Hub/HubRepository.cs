using System.Text.RegularExpressions;

namespace LiftPlus.Hub;

/// <summary>Represents a model repository of the hub at a revision: "owner/name" or "owner/name@revision".</summary>
internal sealed partial record HubRepository(string Owner, string Name, string Revision)
{
    /// <summary>The branch that is used if none is named.</summary>
    public const string DefaultRevision = "main";

    private const string OneName = "[A-Za-z0-9_]([A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?",
        OnePart = "[A-Za-z0-9_][A-Za-z0-9_.-]*";

    // "folder/file.pt" is a missing file, not a repository.
    private static readonly string[] s_files =
    [
        ".safetensors",
        ".onnx",
        ".pt",
        ".pth",
        ".bin",
        ".tar",
        ".ckpt",
        ".json",
        ".zip",
        ".gz",
        ".git",
    ];

    // Pages of the hub, which no owner can be called, and usual names of folders.
    private static readonly string[] s_pages = ["models", "datasets", "spaces", "docs", "api"];

    public string Id => $"{Owner}/{Name}";

    /// <summary>Gets the folder in the cache.</summary>
    public string Folder => $"models--{Owner}--{Name}";

    /// <summary>Gets whether the revision is a commit, which never changes.</summary>
    public bool IsPinned => IsCommit(Revision);

    /// <summary>Parses an id by the hub's rules for names, so that nothing else can become part of an address or a path.</summary>
    public static HubRepository? Parse(string text)
    {
        Match match = Pattern().Match(text);
        string name = match.Groups["name"].Value,
            revision = match.Groups["revision"] is { Success: true } given ? given.Value : DefaultRevision;
        return
            match.Success
            && IsName(match.Groups["owner"].Value)
            && IsName(name)
            && !revision.Contains("..", StringComparison.Ordinal)
            && !s_files.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)
            ? new HubRepository(match.Groups["owner"].Value, name, revision)
            : null;
    }

    public static bool IsCommit(string text) => Commit().IsMatch(text);

    /// <summary>
    /// Returns whether a text without a revision reads as a path: its first part is a folder here, or no owner's name. With a revision,
    /// "owner/name@main", it is always a repository.
    /// </summary>
    public static bool ReadsAsPath(string text) =>
        !text.Contains('@', StringComparison.Ordinal)
        && text[..text.IndexOf('/', StringComparison.Ordinal)] is var first
        && (s_pages.Contains(first, StringComparer.Ordinal) || Directory.Exists(first));

    public override string ToString() => Revision == DefaultRevision ? Id : $"{Id}@{Revision}";

    private static bool IsName(string name) =>
        !name.Contains("..", StringComparison.Ordinal) && !name.Contains("--", StringComparison.Ordinal);

    [GeneratedRegex($@"\A(?<owner>{OneName})/(?<name>{OneName})(@(?<revision>{OnePart}(/{OnePart}){{0,7}}))?\z")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Commit();
}
