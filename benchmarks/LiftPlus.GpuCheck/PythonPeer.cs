using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace LiftPlus.GpuCheck;

/// <summary>The same model and batch in plain PyTorch (python/gpu_reference.py), right after ours.</summary>
internal static class PythonPeer
{
    /// <summary>Runs it, or says why it did not run.</summary>
    public static JsonObject Run(string mode, Plan plan, int seconds)
    {
        string file = plan.FileOf("python:" + mode);
        File.Delete(file);
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "python", "gpu_reference.py"),
            "--mode",
            mode,
            "--device",
            plan.DeviceName,
            "--model",
            plan.FileOf("speed:" + mode, ".safetensors"),
            "--seconds",
            plan.MeasuredSeconds.ToString(CultureInfo.InvariantCulture),
            "--output",
            file,
        ];
        try
        {
            (int code, string error) = Child.Run(new ProcessStartInfo(plan.Python, arguments), seconds);
            return code == 0
                ? JsonNode.Parse(File.ReadAllText(file))!.AsObject()
                : new JsonObject { ["skipped"] = code == Child.TimedOut ? $"stopped after {seconds} seconds" : error };
        }
        catch (Win32Exception exception)
        {
            return new JsonObject { ["skipped"] = exception.Message };
        }
        finally
        {
            File.Delete(plan.FileOf("speed:" + mode, ".safetensors")); // 350 MB
        }
    }
}
