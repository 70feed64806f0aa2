using System.Globalization;

namespace LiftPlus.TestSupport;

/// <summary>Gets the number of rounds of tests that repeat what is rare; the environment variable LIFTPLUS_ROUNDS asks for more.</summary>
public static class Rounds
{
    /// <summary>Returns the number of rounds.</summary>
    /// <param name="usual">The number where the variable is not set.</param>
    public static int Count(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("LIFTPLUS_ROUNDS"), CultureInfo.InvariantCulture, out int asked) ? asked : usual;
}
