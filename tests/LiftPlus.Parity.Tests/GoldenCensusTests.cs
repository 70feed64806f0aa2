using System.Collections;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests;

/// <summary>Counts the golden cases in the folder, so that none of them stays untested.</summary>
public sealed class GoldenCensusTests
{
    // The files that tests read, without extensions ("*" matches any ending), and the number of cases.
    private static readonly Dictionary<string, (string[] Files, Func<int> Cases)> s_folders = new()
    {
        ["backbones"] = (["clip_mini*", "clip_rn*", "clip_vit*", "timm_rn*", "timm_vit*"], () => Files("backbones").Count(IsWeights)),
        ["checkpoint"] = (["inputs"], () => Directory.GetDirectories(GoldenFolder.PathOf("checkpoint")).Length),
        ["classifiers"] = (["forward", "init_from_features", "init_semantic"], () => Count(ClassifiersParityTests.Forms)),
        ["evaluator"] = (["evaluator"], () => GoldenFolder.Json("evaluator", "evaluator.json").EnumerateObject().Count()),
        ["longtail"] = (["longtail"], () => GoldenFolder.Json("longtail", "longtail.json").EnumerateObject().Count()),
        ["losses"] = (["losses"], () => Count(LossesParityTests.Cases)),
        ["peft"] = ([.. PeftCase.All, .. PeftCase.NotCases, "inputs", "rn_inputs"], () => PeftCase.All.Count),
        ["schedules"] = (["schedules"], () => GoldenFolder.Json("schedules", "schedules.json").EnumerateObject().Count()),
        ["tokenizer"] = (["tokenizer"], () => GoldenFolder.Json("tokenizer", "tokenizer.json").GetProperty("cases").GetArrayLength()),
        ["trajectory"] = (["trajectory"], () => Count(TrajectoryParityTests.Runs)),
        ["transforms"] = (["transforms", "img*", "big_*"], () =>
            GoldenFolder.Json("transforms", "transforms.json").GetProperty("images").EnumerateObject().Count()
        ),
        ["tte"] = (["tte"], () => 2),
    };

    private static readonly string[] s_schedules =
    [
        "mda_min_scale",
        "crop_size",
        "crop_random",
        "random_resized_crop",
        "torch_generator_streams",
        "cosine_lr",
        "sgd",
        "down_sampler",
        "mda_after_last_step",
        "mda_unknown_function", // errors of the reference; here the schedule is a function of progress and an enum
        "crop_size_columns",
        "crop_random_columns",
        "random_resized_crop_columns", // headings
        "average_meter", // the log of the trainer; TrajectoryParityTests compares the losses
    ];

    [Fact]
    public void EveryFileOfTheSetBelongsToATest()
    {
        List<string> unknown = [];
        foreach (string folder in Directory.GetDirectories(GoldenFolder.Root).Select(path => Path.GetFileName(path)))
        {
            if (!s_folders.TryGetValue(folder, out (string[] Files, Func<int> Cases) known))
                unknown.Add(folder);
            else
                unknown.AddRange(
                    Files(folder).Where(file => !known.Files.Any(pattern => Fits(file, pattern))).Select(file => $"{folder}/{file}")
                );
        }

        Assert.True(unknown.Count == 0, $"The golden set {GoldenFolder.Root} holds what no test reads: {string.Join(", ", unknown)}.");
        Assert.Equal(
            s_schedules.Order(),
            GoldenFolder.Json("schedules", "schedules.json").EnumerateObject().Select(entry => entry.Name).Order()
        );

        var counts = s_folders.Select(entry => (Folder: entry.Key, Cases: entry.Value.Cases())).ToArray();
        Assert.All(counts, count => Assert.True(count.Cases > 0, $"golden/{count.Folder} has no case."));
        TestContext.Current.SendDiagnosticMessage(
            $"golden cases: {counts.Sum(count => count.Cases)} "
                + $"({string.Join(", ", counts.Select(count => $"{count.Folder} {count.Cases}"))}) from {GoldenFolder.Root}"
        );
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(GoldenFolder.PathOf(folder)).Select(path => Path.GetFileName(path));

    private static bool Fits(string file, string pattern) =>
        pattern.EndsWith('*') ? file.StartsWith(pattern[..^1], StringComparison.Ordinal) : file.Split('.')[0] == pattern;

    private static bool IsWeights(string file) => !file.EndsWith(".json") && !file.EndsWith(".io.safetensors");

    private static int Count(IEnumerable cases) => cases.Cast<object>().Count();
}
