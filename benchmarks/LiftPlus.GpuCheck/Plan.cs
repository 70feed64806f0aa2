using LiftPlus.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>What to check, and where.</summary>
/// <param name="DeviceName">"cuda" or "cpu".</param>
/// <param name="Output">The folder of the figures.</param>
/// <param name="Python">An interpreter with torch.</param>
/// <param name="IsSmall">Whether this is a rehearsal on a processor.</param>
/// <param name="Seconds">When to stop starting sections.</param>
internal sealed record Plan(string DeviceName, string Output, string Python, bool IsSmall, int Seconds)
{
    /// <summary>Gets the device. Its first use loads libtorch.</summary>
    public Device Device
    {
        get
        {
            LibTorch.EnsureLoaded();
            if (DeviceName == "cuda" && !cuda.is_available())
                throw new LiftPlusException("libtorch sees no CUDA device.");
            return torch.device(DeviceName);
        }
    }

    /// <summary>Gets the images of a measured batch.</summary>
    public int BatchSize => IsSmall ? 2 : 128;

    /// <summary>Gets the blocks of the measured ViT.</summary>
    public int Depth => IsSmall ? 2 : 12;

    /// <summary>Gets how long a measured loop runs at least.</summary>
    public double MeasuredSeconds => IsSmall ? 0.1 : 2;

    /// <summary>
    /// Gets the time limit of the peer. On a processor without bfloat16 products it takes minutes, for which a rehearsal need not wait.
    /// </summary>
    public int PeerSeconds => IsSmall ? 30 : 150;

    /// <summary>Gets how often a measured action runs before it is measured.</summary>
    public int WarmUps => IsSmall ? 1 : 3;

    /// <summary>Gets the file of a section's figures.</summary>
    public string FileOf(string section, string extension = ".json") => Path.Combine(Output, section.Replace(':', '-') + extension);

    /// <summary>Waits until the device has done what it was given.</summary>
    public void Synchronize()
    {
        if (DeviceName == "cuda")
            cuda.synchronize();
    }
}
