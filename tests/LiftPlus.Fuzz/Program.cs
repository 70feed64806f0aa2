// Gives damaged files to every reader of LiftPlus, each in a process that is watched: docs/testing.md says how to use it.
using LiftPlus.Fuzz;

switch (args)
{
    case ["worker", .. string[] rest]:
        return Worker.Run(FuzzOptions.Parse(rest));
    case ["overwrite", string folder, string seconds]:
        return OverwriteScenario.Run(folder, int.Parse(seconds));
    case ["no-descriptors", string folder]:
        return DescriptorScenario.Run(folder);
    default:
        return Supervisor.Run(FuzzOptions.Parse(args));
}
