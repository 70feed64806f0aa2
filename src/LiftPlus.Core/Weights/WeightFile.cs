using LiftPlus.Files;
using LiftPlus.Weights.Onnx;
using LiftPlus.Weights.Torch;

namespace LiftPlus.Weights;

/// <summary>Opens a weight file of any supported kind, by its content and not by its name.</summary>
public static class WeightFile
{
    private const int StartLength = 64;
    private const string OnnxEnding = ".onnx";

    /// <summary>
    /// Opens a safetensors file, a file of torch.save or torch.jit.save (.pt, .pth, .bin, .pth.tar), the index of several such files, or an
    /// ONNX file that LiftPlus wrote, in float32 or float16.
    /// From PyTorch's files only tensors are read, under the names of the dictionaries and modules that contain them, joined by dots; code
    /// in a file is never run.
    /// </summary>
    /// <exception cref="LiftPlusException">The file is missing, damaged or of another kind.</exception>
    public static WeightSource Open(string path)
    {
        SourceFile file = new(path);
        if (!IsIndex(Start(file)))
            return OpenSingle(file);
        file.Dispose();
        return ShardedWeights.Open(path);
    }

    /// <summary>Opens a file that holds its tensors itself, and owns it from then on.</summary>
    internal static WeightSource OpenSingle(SourceFile file)
    {
        try
        {
            ReadOnlySpan<byte> start = Start(file);
            if (start.StartsWith("version https://git-lfs"u8))
                throw new WeightFileException(
                    file.Path,
                    "it is a Git LFS pointer, which stands for the weights. Run 'git lfs pull', or fetch the file itself."
                );
            if (start.TrimStart(" \r\n\t"u8).StartsWith("<"u8))
                throw new WeightFileException(file.Path, "it is a web page, not weights. Fetch the file itself.");
            return TorchFile.IsOne(start) ? TorchFile.Open(file)
                : OnnxSource.IsOne(start) || file.Path.EndsWith(OnnxEnding, StringComparison.OrdinalIgnoreCase) ? OnnxSource.Open(file)
                : Safetensors.Open(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // A safetensors file begins with the length of its header, in which there always is a zero byte; text has none.
    private static bool IsIndex(ReadOnlySpan<byte> start) =>
        start.TrimStart("\uFEFF"u8).TrimStart(" \r\n\t"u8).StartsWith("{"u8)
        && !start[..Math.Min(start.Length, SafetensorsHeader.PrefixLength)].Contains((byte)0);

    private static ReadOnlySpan<byte> Start(SourceFile file) => file.Bytes(0, (int)Math.Min(file.Length, StartLength));
}
