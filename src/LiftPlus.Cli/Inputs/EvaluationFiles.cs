namespace LiftPlus.Cli.Inputs;

/// <summary>Reads evaluations from JSON files.</summary>
internal static class EvaluationFiles
{
    /// <summary>Reads files that are named <c>FILE</c> or <c>METHOD=FILE</c>; without a method, the file's name is the method.</summary>
    /// <exception cref="LiftPlusException">A file is missing or holds no evaluation.</exception>
    public static ComparedRun[] Read(IEnumerable<string> arguments)
    {
        List<ComparedRun> runs = [];
        foreach (string argument in arguments)
        {
            (string method, string file) =
                argument.Split('=', 2) is [string name, string path] && !File.Exists(argument)
                    ? (name, path)
                    : (Path.GetFileNameWithoutExtension(argument), argument);
            EvaluationReport report = Read(file);
            int[] taken = [.. runs.Where(run => run.Method == method).Select(run => run.Seed)];
            int seed =
                report.Recipe?.Training.Seed is int trained && !taken.Contains(trained) ? trained : taken.DefaultIfEmpty(-1).Max() + 1;
            runs.Add(new ComparedRun(method, seed, report));
        }

        return [.. runs];
    }

    private static EvaluationReport Read(string file)
    {
        try
        {
            return EvaluationReport.FromJson(File.ReadAllText(file));
        }
        catch (LiftPlusException e)
        {
            throw new LiftPlusException($"{file}: {e.Message}", e);
        }
    }
}
