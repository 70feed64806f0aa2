using LiftPlus.Weights.Torch;

namespace LiftPlus.Weights;

/// <summary>Opens a weight file of any kind that is understood, by what it holds and not by its name.</summary>
public static class WeightFile
{
    private const int StartLength = 64;

    /// <summary>
    /// Opens a safetensors file, the index of several, or what torch.save or torch.jit.save wrote (.pt, .pth, .bin, .pth.tar). Of the latter only
    /// tensors are read, under the names of the dictionaries and modules they are in, joined by dots; no code in it is ever run.
    /// </summary>
    /// <exception cref="LiftPlusException">The file is missing, damaged or of another kind.</exception>
    public static WeightSource Open(string path)
    {
        if (path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase))
            return ShardedSafetensors.Open(path);
        using MappedFile file = new(path);
        bool isTorch = TorchFile.IsOne(file.Bytes(0, (int)Math.Min(file.Length, StartLength)));
        return isTorch ? TorchFile.Open(path) : Safetensors.Open(path);
    }
}
