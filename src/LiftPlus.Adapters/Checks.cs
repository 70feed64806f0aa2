namespace LiftPlus.Adapters;

/// <summary>Provides checks that several methods share.</summary>
internal static class Checks
{
    /// <summary>The largest size of a module: far above the width of any backbone.</summary>
    private const int MostSize = 65_536;

    /// <summary>Checks that a size, if it is set, is 1 or more, and not absurd.</summary>
    public static IEnumerable<string> Size(PeftOptions options, string name, int? size)
    {
        if (size < 1)
        {
            yield return $"'{options.Type}': {name} is {size}; give 1 or more, or leave it out to derive it from the number of classes.";
        }
        else if (size > MostSize)
        {
            yield return $"'{options.Type}': {name} is {size}; give at most {MostSize}.";
        }
    }

    /// <summary>Checks that at least one site is selected, and only sites that the method supports.</summary>
    public static IEnumerable<string> Sites(AdapterOptions options, AdapterSites allowed)
    {
        if (options.Sites == AdapterSites.None || (options.Sites & ~allowed) != 0)
            yield return $"'{options.Type}': Sites is {options.Sites}; give one or more of {allowed}.";
    }
}
