using System.Globalization;

namespace LiftPlus.DependencyInjection;

/// <summary>Names the options of a keyed service.</summary>
internal static class OptionsName
{
    /// <summary>Returns the text of a key; for null, the name of options without a key.</summary>
    public static string Of(object? key) =>
        Convert.ToString(key, CultureInfo.InvariantCulture) ?? Microsoft.Extensions.Options.Options.DefaultName;
}
