using LiftPlus.Files;

namespace LiftPlus.Parts;

/// <summary>Creates the folders inside that of a job.</summary>
internal static class JobFolder
{
    /// <exception cref="LiftPlusException">It cannot be created.</exception>
    public static void Create(string folder)
    {
        try
        {
            Disk.Current.CreateFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"The folder '{folder}' cannot be created ({e.Message}). Check the folder of the job, its permissions and the free space.",
                e
            );
        }
    }
}
