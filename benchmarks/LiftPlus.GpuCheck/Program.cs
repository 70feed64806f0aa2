// What a GPU does with this library: is it right, is it fast, what memory does it take? One command, a few minutes; eng/gpu-check.sh
// starts it.
using System.CommandLine;
using LiftPlus.GpuCheck;

var device = new Option<string>("--device") { Description = "cuda or cpu.", DefaultValueFactory = _ => "cuda" };
var output = new Option<DirectoryInfo>("--output")
{
    Description = "Where the figures go.",
    DefaultValueFactory = _ => new("out/gpu-check"),
};
var python = new Option<string>("--python")
{
    Description = "An interpreter with torch, for the peer.",
    DefaultValueFactory = _ => "python3",
};
var small = new Option<bool>("--small") { Description = "Small batches and few rounds: a rehearsal on a processor." };
var seconds = new Option<int>("--seconds") { Description = "When to stop starting sections.", DefaultValueFactory = _ => 420 };
var section = new Option<string?>("--section") { Description = "This section alone, in this process.", Hidden = true };
var command = new RootCommand("Checks and measures LiftPlus on one GPU.") { device, output, python, small, seconds, section };
command.SetAction(
    (parsed, cancellationToken) =>
    {
        Plan plan = new(
            parsed.GetValue(device)!,
            parsed.GetValue(output)!.FullName,
            parsed.GetValue(python)!,
            parsed.GetValue(small),
            parsed.GetValue(seconds)
        );
        Directory.CreateDirectory(plan.Output);
        return Task.FromResult(parsed.GetValue(section) is string name ? Sections.Run(name, plan) : Conductor.Run(plan, cancellationToken));
    }
);
return await command.Parse(args).InvokeAsync();
