using System.Text.Json;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Converts the 8-bit pixels of golden files to the input of the network.</summary>
internal static class GoldenPixels
{
    /// <summary>Computes (u8 / 255 - mean) / std in float32; (..., 3, R, R).</summary>
    public static Tensor Normalize(Tensor pixels, float[] mean, float[] std)
    {
        Tensor zeroToOne = pixels.to(float32).div(TensorMath.HoldInteger(255));
        return TensorMath.Subtract(zeroToOne, tensor(mean, [3, 1, 1])).div(tensor(std, [3, 1, 1]));
    }

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];
}
