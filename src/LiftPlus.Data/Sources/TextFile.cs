namespace LiftPlus.Data;

/// <summary>Reads text files of a dataset.</summary>
internal static class TextFile
{
    /// <summary>Reads all lines, UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">How messages refer to it: "image list".</param>
    /// <exception cref="LiftPlusException">The file is missing or cannot be read.</exception>
    public static string[] ReadLines(string path, string kind) => Read(path, kind, File.ReadAllLines);

    /// <summary>Reads a file with the given reader.</summary>
    public static T Read<T>(string path, string kind, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LiftPlusException($"The {kind} '{path}' does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"The {kind} '{path}' cannot be read: {e.Message}", e);
        }
    }
}
