// Pre-trains TinyClip, the small CLIP in samples/assets, on a world of drawn shapes.
using System.CommandLine;
using System.Diagnostics;
using LiftPlus;
using LiftPlus.Samples.Pretraining;
using LiftPlus.Samples.Shapes;

var strengthName = new Option<string>("--strength")
{
    Description =
        "How good a foundation for ShapesLT it becomes, from the weakest to the strongest: "
        + string.Join(", ", Strength.All.Select(strength => strength.Name)),
    DefaultValueFactory = _ => Strength.Strong.Name,
};
strengthName.AcceptOnlyFromAmong([.. Strength.All.Select(strength => strength.Name)]);
var steps = new Option<int?>("--steps") { Description = "The number of optimiser steps, instead of those of the strength." };
steps.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int?>() is < 1)
        result.AddError($"--steps is {result.GetValueOrDefault<int?>()}; it must be 1 or more.");
});
var output = new Option<string>("--output") { Description = "The model folder to write.", DefaultValueFactory = _ => "out/tiny-clip" };
var command = new RootCommand("Pre-trains TinyClip on drawn shapes with captions.") { strengthName, steps, output };
command.SetAction(
    (parsed, cancellationToken) =>
    {
        var strength = Strength.Find(parsed.GetValue(strengthName)!);
        if (parsed.GetValue(steps) is int count)
            strength = strength with { Steps = count };
        Run(strength, parsed.GetValue(output)!, cancellationToken);
        return Task.FromResult(0);
    }
);
return await command.Parse(args).InvokeAsync();

static void Run(Strength strength, string folder, CancellationToken cancellationToken)
{
    Stopwatch clock = Stopwatch.StartNew();
    TinyClipPretraining.Run(strength, folder, Console.WriteLine, cancellationToken);
    World heldOut = new(seed: 0, Split.HeldOut, imagesPerThing: 2, TinyClip.ImageSize, taskStyle: 0);
    double own = TinyClipPretraining.ZeroShot(folder, heldOut.ToDataset());
    double task = TinyClipPretraining.ZeroShot(folder, new ShapesLT().Load(Split.Test));
    Console.WriteLine(
        $"zero-shot: {own:0.0} % of {Words.AllThings.Count} things in the clean style, "
            + $"{task:0.0} % of {ShapesLT.ClassCount} ShapesLT classes"
    );
    Console.WriteLine($"wrote {folder} in {clock.Elapsed.TotalMinutes:0.0} min");
}
