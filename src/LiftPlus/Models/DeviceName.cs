using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Parses device names: "auto", "cpu", "cuda", "cuda:1".</summary>
internal static partial class DeviceName
{
    /// <summary>A pattern that matches the names.</summary>
    public const string Allowed = "^(auto|cpu|cuda(:[0-9]{1,2})?)$";

    /// <summary>What to write instead of a name that is not known.</summary>
    public const string Choices = "Use \"cpu\", \"cuda\", \"cuda:0\" or \"auto\".";

    /// <exception cref="LiftPlusException">The name is unknown, or this machine does not have the GPU.</exception>
    public static Device Resolve(string name)
    {
        if (!Pattern().IsMatch(name))
            throw new LiftPlusException($"Device: the value is {name}. {Choices}");
        LibTorch.EnsureLoaded();
        if (name == "auto")
            name = cuda.is_available() ? "cuda:0" : "cpu";
        if (!name.StartsWith("cuda", StringComparison.Ordinal))
            return CPU;
        int index = name.Length > 5 ? int.Parse(name.AsSpan(5), provider: System.Globalization.CultureInfo.InvariantCulture) : 0;
        int count = cuda.is_available() ? cuda.device_count() : 0;
        if (index >= count)
        {
            throw new LiftPlusException(
                $"The device is '{name}', but {count} CUDA devices are visible; use \"cpu\" or \"auto\", or add a CUDA build of libtorch "
                    + "(TorchSharp-cuda-linux or TorchSharp-cuda-windows)."
            );
        }

        return device(DeviceType.CUDA, index);
    }

    [GeneratedRegex(Allowed)]
    private static partial Regex Pattern();
}
