namespace LiftPlus.Cli.Outputs;

/// <summary>Translates what messages of the library tell a programmer to set into options of the command line.</summary>
internal static class Hints
{
    private static readonly (string Member, string Option)[] s_options =
    [
        ("ModelLoadOptions.Backbone", "--backbone PLACE"),
        ("ModelLoadOptions.Hub", "--download"),
        ("AllowOutsideRoot", "--follow-links"),
        ("UseBackbone", "--backbone PLACE"),
        ("UseCheckpoints", "--checkpoints FOLDER"),
        ("Training.AccumulationSteps", "--accumulate N"),
        ("UnreadablePolicy.Skip", "--unreadable Skip"),
        ("TrainingOptions.Unreadable", "--unreadable Skip"),
        ("InferenceOptions.Unreadable", "--unreadable Skip"),
    ];

    /// <summary>Returns a message, followed by the options that it is about.</summary>
    public static string Add(string message)
    {
        string[] options =
        [
            .. s_options
                .Where(entry => message.Contains(entry.Member, StringComparison.Ordinal))
                .Select(entry => $"{entry.Member} is {entry.Option}")
                .Distinct(),
        ];
        return options.Length == 0 ? message : $"{message}{Environment.NewLine}On the command line, {string.Join(", ", options)}.";
    }
}
