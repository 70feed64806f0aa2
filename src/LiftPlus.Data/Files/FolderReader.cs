namespace LiftPlus.Files;

/// <summary>Lists folders. A folder that cannot be read is named.</summary>
internal static class FolderReader
{
    /// <summary>Returns the paths of the files in a folder, in ordinal order.</summary>
    /// <inheritdoc cref="Read"/>
    public static string[] Files(string folder) => Read(folder, () => Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray());

    /// <summary>Reads a folder with the given reader.</summary>
    /// <exception cref="LiftPlusException">The folder cannot be read.</exception>
    public static T Read<T>(string folder, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"The folder '{folder}' cannot be read: {e.Message} Give this process the right to read it, or move it away.",
                e
            );
        }
    }
}
