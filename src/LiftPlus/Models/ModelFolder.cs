namespace LiftPlus.Models;

/// <summary>Identifies the content of a model's folder by the sizes and times of its files.</summary>
internal readonly record struct ModelFolder(long RecipeBytes, DateTime RecipeTime, long TensorBytes, DateTime TensorTime)
{
    public static ModelFolder Look(string folder)
    {
        FileInfo recipe = new(Path.Combine(folder, SavedModel.RecipeFile)),
            tensors = new(Path.Combine(folder, SavedModel.TensorFile));
        return new ModelFolder(Length(recipe), recipe.LastWriteTimeUtc, Length(tensors), tensors.LastWriteTimeUtc);
    }

    // A file may go between two looks.
    private static long Length(FileInfo file)
    {
        try
        {
            return file.Exists ? file.Length : -1;
        }
        catch (IOException)
        {
            return -1;
        }
    }
}
