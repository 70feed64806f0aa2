using LiftPlus.Hub;

namespace LiftPlus.Evaluation;

/// <summary>Prepares recipes for publication: of this machine's folders only the last name is kept.</summary>
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
