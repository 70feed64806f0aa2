using LiftPlus.Hub;

namespace LiftPlus.Evaluation;

/// <summary>A recipe for other people's eyes: folders of this machine are cut to their last name.</summary>
internal static class ReportRecipe
{
    public static FineTuningRecipe WithoutFolders(FineTuningRecipe recipe) =>
        recipe with
        {
            Backbone =
                recipe.Backbone is string backbone && HubRepository.Parse(backbone) is not { IsPinned: true }
                    ? LastName(backbone)
                    : recipe.Backbone,
            BackboneOptions = recipe.BackboneOptions with
            {
                VocabularyFolder = recipe.BackboneOptions.VocabularyFolder is string folder ? LastName(folder) : null,
            },
        };

    private static string LastName(string path) => path.TrimEnd('/', '\\').Split('/', '\\')[^1];
}
