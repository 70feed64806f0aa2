using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Checking;

/// <summary>Writes a survey as JSON.</summary>
internal static class SurveyResult
{
    /// <summary>Returns a survey as one JSON object.</summary>
    /// <param name="survey">The survey.</param>
    /// <param name="report">The path of the report; null if none was written.</param>
    public static string ToJson(Survey survey, string? report)
    {
        ClassDistribution classes = survey.Dataset.Classes;
        return JsonOutput.Write(
                new
                {
                    Images = survey.Dataset.Count,
                    classes.ImbalanceRatio,
                    Groups = GroupColors.Groups.Select(group => new
                    {
                        Group = group,
                        Classes = survey.ClassesOf(group).Count,
                        Images = survey.ClassesOf(group).Sum(label => (long)classes.Counts[label]),
                    }),
                    Classes = survey.Ranked.Select(label => new { Name = classes.Names[label], Images = classes.Counts[label] }),
                    survey.Dataset.Remarks,
                    Unreadable = survey.Unreadable.Select(image => new { image.Name, image.Reason }),
                    Contradictions = Names(survey, survey.Contradictions),
                    Duplicates = Names(survey, survey.Duplicates),
                    Report = report,
                }
            ) + Environment.NewLine;
    }

    private static IEnumerable<object> Names(Survey survey, IEnumerable<int[]> groups) =>
        groups.Select(group =>
            group.Select(place => new { survey.Dataset[place].Name, Class = survey.Dataset.ClassNames[survey.Dataset[place].Label] })
        );
}
