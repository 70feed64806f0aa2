using System.IO.Enumeration;
using LiftPlus.Messages;
using LiftPlus.Optimization;
using TorchSharp.Modules;

namespace LiftPlus.Training;

/// <summary>Gives each trained parameter the factors of its group and of the method that it belongs to.</summary>
internal static class ParameterGrouping
{
    private const int ListedNames = 20;

    /// <param name="groups">The groups.</param>
    /// <param name="parameters">The trained parameters.</param>
    /// <param name="factors">The methods' own factors on the learning rate, by the names of the parameters; 1 for the others.</param>
    /// <exception cref="LiftPlusException">A group matches no parameter; all such groups are named.</exception>
    public static IReadOnlyList<OptimizedParameter> Apply(
        IReadOnlyList<ParameterGroup> groups,
        IReadOnlyList<(string Name, Parameter Parameter)> parameters,
        IReadOnlyDictionary<string, double> factors
    )
    {
        string[] empty = [.. groups.Select(group => group.Names).Where(names => !parameters.Any(entry => Matches(names, entry.Name)))];
        if (empty.Length > 0)
        {
            throw new LiftPlusException(
                $"Training.ParameterGroups: no trained parameter is named like {string.Join(", ", empty.Select(names => $"'{names}'"))}. "
                    + $"The {parameters.Count} trained parameters are "
                    + $"{MessageText.First(parameters.Select(entry => entry.Name), ListedNames)}; * matches any characters."
            );
        }

        return
        [
            .. parameters.Select(entry =>
            {
                ParameterGroup group = groups.FirstOrDefault(group => Matches(group.Names, entry.Name)) ?? new ParameterGroup();
                return new OptimizedParameter(entry.Name, entry.Parameter)
                {
                    LearningRateFactor = group.LearningRateFactor * factors.GetValueOrDefault(entry.Name, 1),
                    WeightDecayFactor = group.WeightDecayFactor,
                };
            }),
        ];
    }

    private static bool Matches(string names, string name) => FileSystemName.MatchesSimpleExpression(names, name, ignoreCase: false);
}
