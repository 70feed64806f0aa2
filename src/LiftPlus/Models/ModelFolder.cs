namespace LiftPlus.Models;

/// <summary>Identifies the content of a model's folder by the sizes and times of its files.</summary>
internal readonly record struct ModelFolder(long RecipeBytes, DateTime RecipeTime, long TensorBytes, DateTime TensorTime)
{
    public static ModelFolder Look(string folder)
    {
        FileInfo recipe = new(Path.Combine(folder, RecipeFile.Name)),
            tensors = new(Path.Combine(folder, ModelFiles.TensorFile));
        ((long recipeBytes, DateTime recipeTime), (long tensorBytes, DateTime tensorTime)) = (Look(recipe), Look(tensors));
        return new ModelFolder(recipeBytes, recipeTime, tensorBytes, tensorTime);
    }

    // A file may go between two looks, or its folder may refuse them.
    private static (long Bytes, DateTime Time) Look(FileInfo file)
    {
        try
        {
            return file.Exists ? (file.Length, file.LastWriteTimeUtc) : (-1, default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (-1, default);
        }
    }
}
