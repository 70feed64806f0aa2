using System.Text.Json.Nodes;
using LiftPlus.Parity.Tests;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>Every fine-tuning method and whole training runs against the authors' numbers, on the device.</summary>
internal static class ParitySection
{
    public static JsonObject Run(Plan plan, Mode mode)
    {
        Device device = plan.Device;
        mode.Prepare(device);
        int passed = 0;
        JsonObject failures = [];
        (double Difference, string What) worst = default;
        foreach ((string name, Action<GoldenPlace> check) in Checks())
        {
            GoldenPlace place = new(device, mode.Storage, mode.RelativeNorm);
            try
            {
                check(place);
                passed++;
            }
            catch (Exception exception)
            {
                failures[name] = exception.Message.Split('\n')[0];
            }

            if (place.Worst.Difference > worst.Difference)
                worst = (place.Worst.Difference, $"{name}, {place.Worst.What}");
        }

        return new JsonObject
        {
            ["passed"] = passed,
            ["failed"] = failures.Count,
            ["allowed"] = mode.RelativeNorm,
            ["worst"] = double.IsFinite(worst.Difference) ? Math.Round(worst.Difference, 7) : null,
            ["worstOf"] = worst.What,
            ["failures"] = failures,
        };
    }

    private static IEnumerable<(string Name, Action<GoldenPlace> Check)> Checks() =>
        [
            .. PeftCase.All.Select(name => (name, (Action<GoldenPlace>)(place => new PeftCaseCheck(new PeftCase(name), place).Run()))),
            .. TrajectoryCheck.Runs.Select(run => ($"run {run}", (Action<GoldenPlace>)(place => new TrajectoryCheck(run, place).Run()))),
        ];
}
