namespace LiftPlus.DependencyInjection;

/// <summary>Names settings as configuration does: <c>LiftPlus:Peft:0:Rank</c>.</summary>
internal static class ConfigurationPath
{
    /// <summary>Puts a message that begins with a setting, <c>Training.Epochs: ...</c>, under its configuration path.</summary>
    public static string Name(string? section, string message)
    {
        int end = message.IndexOf(": ", StringComparison.Ordinal);
        return section is null || end < 0 ? message : $"{Join(section, message[..end])}{message[end..]}";
    }

    /// <summary>A section's path and a setting's in it: <c>Peft[0].Rank</c>, or json's <c>$.Peft[0].Rank</c>.</summary>
    public static string Join(string section, string setting)
    {
        string relative = setting
            .TrimStart('$')
            .Replace('.', ':')
            .Replace('[', ':')
            .Replace("]", "", StringComparison.Ordinal)
            .TrimStart(':');
        return relative.Length == 0 ? section : $"{section}:{relative}";
    }
}
