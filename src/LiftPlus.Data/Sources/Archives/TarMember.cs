namespace LiftPlus.Data;

/// <summary>Represents a file in a tar file.</summary>
/// <param name="Name">Its name, with '/' between folders and without <c>./</c> at the start.</param>
/// <param name="Offset">The position of its first byte.</param>
/// <param name="Length">Its number of bytes.</param>
internal readonly record struct TarMember(string Name, long Offset, long Length)
{
    /// <summary>Gets the position of the name without its folders.</summary>
    public int BaseStart => Name.LastIndexOf('/') + 1;

    /// <summary>Gets the name without its last ending: <c>train/v1.0</c> of <c>train/v1.0.jpg</c>.</summary>
    public string Stem => Name.LastIndexOf('.') is int dot && dot > BaseStart ? Name[..dot] : Name;

    /// <summary>Gets the last ending: <c>.jpg</c>.</summary>
    public string Ending => Name[Stem.Length..];

    /// <summary>
    /// Gets the names of samples that the file may belong to: its name without the last ending, then without the one before, up to the
    /// first dot, which is WebDataset's key.
    /// </summary>
    public IEnumerable<string> Keys
    {
        get
        {
            int start = BaseStart;
            for (string key = Stem; ; key = key[..key.LastIndexOf('.')])
            {
                yield return key;
                if (key.LastIndexOf('.') <= start)
                    yield break;
            }
        }
    }
}
