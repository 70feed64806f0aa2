using System.Globalization;
using System.Text;
using LiftPlus.Files;

namespace LiftPlus.Cli.Checking;

/// <summary>Writes a survey to a folder: report.md, curve.png and one sheet of images for each group that has classes.</summary>
internal static class SurveyReport
{
    private const int MaxListed = 20;
    private const string FileName = "report.md";

    /// <summary>Writes the report and its images, and returns the path of report.md.</summary>
    public static string Write(Survey survey, string folder, CancellationToken cancellationToken = default)
    {
        WholeFolder.Add(folder, temporary =>
        {
            WholeFile.Write(Path.Combine(temporary, "curve.png"), stream => LongTailCurve.Write(survey, stream));
            foreach (ShotGroup group in Groups(survey))
            {
                cancellationToken.ThrowIfCancellationRequested();
                WholeFile.Write(Path.Combine(temporary, SheetName(group)), stream => GroupSheet.Write(survey, group, stream));
            }

            WholeFile.WriteText(Path.Combine(temporary, FileName), Text(survey, hasImages: true));
        });
        return Path.Combine(folder, FileName);
    }

    private static string SheetName(ShotGroup group) => $"{group.ToString().ToLowerInvariant()}.png";

    private static ShotGroup[] Groups(Survey survey) => [.. GroupColors.Groups.Where(group => survey.ClassesOf(group).Count > 0)];

    /// <summary>Returns the report as Markdown.</summary>
    /// <param name="survey">The survey.</param>
    /// <param name="hasImages">Whether the text shows the images that lie beside it.</param>
    public static string Text(Survey survey, bool hasImages)
    {
        ClassDistribution classes = survey.Dataset.Classes;
        var text = new StringBuilder();
        Line($"# {survey.Dataset.Count:N0} images of {classes.ClassCount:N0} classes");
        Line();
        int smallest = survey.Ranked.Last(label => classes.Counts[label] > 0);
        int median = classes.Counts[survey.Ranked[survey.Ranked.Count / 2]];
        Line($"Imbalance ratio {classes.ImbalanceRatio:0.#}.");
        Line($"Largest class {Class(survey.Ranked[0])}, smallest {Class(smallest)}, median {median:N0} images.");
        if (classes.Counts.Count(count => count == 0) is int empty and > 0)
            Line($"Classes without images: {empty:N0}.");
        Line();
        Line($"| group | classes | images | share |");
        Line($"| --- | ---: | ---: | ---: |");
        foreach (ShotGroup group in GroupColors.Groups)
        {
            long images = survey.ClassesOf(group).Sum(label => (long)classes.Counts[label]);
            double share = 100.0 * images / survey.Dataset.Count;
            Line($"| {group.ToString().ToLowerInvariant()} | {survey.ClassesOf(group).Count:N0} | {images:N0} | {share:0.0} % |");
        }

        if (hasImages)
        {
            Line();
            Line($"![Images per class](curve.png)");
        }

        Sizes();
        List("Remarks", survey.Dataset.Remarks, survey.Dataset.Remarks.Length);
        List("Unreadable images", survey.Unreadable.Select(image => $"`{image.Name}`: {image.Reason}"), survey.Unreadable.Count);
        List("Images that appear in several classes", survey.Contradictions.Select(Places), survey.Contradictions.Count);
        List("Images that appear more than once", survey.Duplicates.Select(Places), survey.Duplicates.Count);
        if (hasImages)
        {
            Line();
            foreach (ShotGroup group in Groups(survey))
                Line($"![{group}]({SheetName(group)})");
        }

        return text.ToString();

        void Line(FormattableString? line = null) => text.Append(line?.ToString(CultureInfo.InvariantCulture)).Append('\n');

        string Class(int label) =>
            string.Create(CultureInfo.InvariantCulture, $"{survey.Dataset.ClassNames[label]} ({classes.Counts[label]:N0})");

        string Places(int[] group) =>
            string.Join(
                " = ",
                group.Select(place => $"`{survey.Dataset[place].Name}` ({survey.Dataset.ClassNames[survey.Dataset[place].Label]})")
            );

        void Sizes()
        {
            if (survey.Sizes.Count == 0)
                return;
            int[] widths = [.. survey.Sizes.Select(size => size.Width).Order()];
            int[] heights = [.. survey.Sizes.Select(size => size.Height).Order()];
            Line();
            Line($"| {survey.Sizes.Distinct().Count():N0} sizes | smallest | median | largest |");
            Line($"| --- | ---: | ---: | ---: |");
            Line($"| width | {widths[0]} | {widths[widths.Length / 2]} | {widths[^1]} |");
            Line($"| height | {heights[0]} | {heights[heights.Length / 2]} | {heights[^1]} |");
        }

        void List(string title, IEnumerable<string> items, int count)
        {
            Line();
            Line($"**{title}: {count:N0}**");
            if (count > 0)
                Line();
            foreach (string item in items.Take(MaxListed))
                Line($"- {item}");
            if (count > MaxListed)
                Line($"- and {count - MaxListed:N0} more");
        }
    }
}
